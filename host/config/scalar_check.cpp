#include "config/scalar_check.h"

#include "config/suggestion.h"
#include "config/utf8.h"
#include "config/value_format.h"

#include <re2/re2.h>

#include <cmath>
#include <optional>
#include <span>
#include <sstream>
#include <utility>
#include <vector>

namespace berth {
namespace {

bool has_unit(Format format) {
    return format == Format::kDuration || format == Format::kSize || format == Format::kPercent;
}

std::string plain_number(double number) {
    std::ostringstream out;
    out.precision(15);
    out << number;
    return out.str();
}

using Unit = std::pair<double, const char*>;
constexpr Unit kDurations[] = {
    {86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}, {1, "ms"}};
constexpr Unit kSizes[] = {{1024 * 1024, "MiB"}, {1024, "KiB"}, {1, "B"}};

// In the largest unit that leaves nothing over, else in the smallest.
std::string in_units(double bound, std::span<const Unit> units) {
    for (const auto& [factor, unit] : units) {
        if (bound >= factor && std::fmod(bound, factor) == 0) {
            return plain_number(bound / factor) + unit;
        }
    }
    return plain_number(bound) + units.back().second;
}

// The bound in the unit that the setting is written in.
std::string bound_text(double bound, Format format) {
    if (format == Format::kDuration) {
        return in_units(bound, kDurations);
    }
    if (format == Format::kSize) {
        return in_units(bound, kSizes);
    }
    return plain_number(bound) + (format == Format::kPercent ? "%" : "");
}

class ScalarCheck {
public:
    ScalarCheck(const Schema& schema,
                const RawNode& node,
                const std::string& name,
                Diagnostics& diagnostics)
        : schema_(schema), node_(node), name_(name), diagnostics_(diagnostics) {}

    berth_cfg run() {
        berth_cfg result = untyped_scalar(node_);
        result.is_log_target = schema_.log;
        if (!schema_.choices.empty()) {
            check_choice(result);
            return result;
        }
        settle_type(result);
        if (!apply_format(result)) {
            return result;
        }
        check_range(result);
        check_text(result);
        return result;
    }

private:
    void check_choice(berth_cfg& result) {
        const SchemaType type = type_of_scalar(node_);
        std::vector<std::string> names;
        for (const SchemaValue& choice : schema_.choices) {
            if (choice.text == node_.text && (choice.type == type || node_.substituted)) {
                if (choice.type == kTypeString) {
                    result.kind = berth_cfg::Kind::kText;
                } else if (node_.substituted) {
                    read_unquoted(result);
                }
                return;
            }
            names.push_back(choice.text);
        }
        report_choice(names);
    }

    void report_choice(const std::vector<std::string>& names) {
        std::vector<std::string> help;
        const std::string meant = nearest(node_.text, names);
        if (meant == node_.text) {
            help.push_back(node_.quoted ? "write it without quotes: " + meant
                                        : "write it in quotes: \"" + meant + "\"");
        } else if (!meant.empty()) {
            help.push_back("did you mean '" + meant + "'?");
        }
        std::string all;
        for (const std::string& name : names) {
            all += (all.empty() ? "" : ", ") + name;
        }
        help.push_back((names.size() == 1 ? "the only choice is " : "choices are ") + all);
        diagnostics_.error(Problem::kNotAChoice,
                           node_.place,
                           shown(node_) + " is no choice for " + name_,
                           std::move(help));
    }

    // A value from outside has no looks of its own: it is what the schema wants.
    void settle_type(berth_cfg& result) const {
        const bool text_only = (schema_.types & (kTypeInteger | kTypeNumber | kTypeBoolean)) == 0;
        const bool text_too = (schema_.types & kTypeString) != 0;
        if (text_only) {
            result.kind = berth_cfg::Kind::kText;
            result.i64 = 0;
            result.f64 = 0;
        } else if (node_.substituted && !text_too) {
            read_unquoted(result);
        }
    }

    void read_unquoted(berth_cfg& result) const {
        RawNode plain = node_;
        plain.quoted = false;
        const berth_cfg value = untyped_scalar(plain);
        result.kind = value.kind;
        result.i64 = value.i64;
        result.f64 = value.f64;
    }

    bool apply_format(berth_cfg& result) {
        if (schema_.format == Format::kNone || result.kind == berth_cfg::Kind::kNull) {
            return true;
        }
        const bool number_allowed = (schema_.types & (kTypeInteger | kTypeNumber)) != 0;
        if (result.kind != berth_cfg::Kind::kText && number_allowed) {
            return true;
        }
        const FormatValue value = read_format(schema_.format, node_.text);
        if (value.problem) {
            report_format(*value.problem);
            return false;
        }
        if (has_unit(schema_.format)) {
            result.i64 = static_cast<int64_t>(value.number);
            result.f64 = value.number;
        }
        return true;
    }

    void report_format(const FormatProblem& problem) {
        const Problem id = problem.unit ? Problem::kUnit : Problem::kBadForm;
        if (node_.secret) {
            diagnostics_.error(id,
                               node_.place,
                               "this value of " + name_ + " is not " +
                                   std::string(format_example(schema_.format)));
            return;
        }
        diagnostics_.error(id, node_.place, name_ + ": " + problem.message, {problem.help});
    }

    void check_range(const berth_cfg& result) {
        const bool number = result.kind == berth_cfg::Kind::kInteger ||
                            result.kind == berth_cfg::Kind::kNumber || has_unit(schema_.format);
        if (!number) {
            return;
        }
        if (schema_.minimum && result.f64 < *schema_.minimum) {
            report_range("less than " + bound_text(*schema_.minimum, schema_.format));
        } else if (schema_.maximum && result.f64 > *schema_.maximum) {
            report_range("more than " + bound_text(*schema_.maximum, schema_.format));
        }
    }

    void report_range(const std::string& how) {
        std::string allowed;
        if (schema_.minimum) {
            allowed = "at least " + bound_text(*schema_.minimum, schema_.format);
        }
        if (schema_.maximum) {
            allowed += (allowed.empty() ? "at most " : ", at most ") +
                       bound_text(*schema_.maximum, schema_.format);
        }
        diagnostics_.error(Problem::kOutOfRange,
                           node_.place,
                           shown(node_) + " is " + how + " for " + name_,
                           {"allowed: " + allowed});
    }

    void check_text(const berth_cfg& result) {
        if (result.kind != berth_cfg::Kind::kText) {
            return;
        }
        const size_t length = utf8_count(node_.text);
        if (schema_.length_min && length < *schema_.length_min) {
            diagnostics_.error(
                Problem::kOutOfRange,
                node_.place,
                node_.text.empty() ? name_ + " cannot be empty"
                                   : shown(node_) + " is too short for " + name_,
                {"characters wanted: at least " + std::to_string(*schema_.length_min)});
        } else if (schema_.length_max && length > *schema_.length_max) {
            diagnostics_.error(
                Problem::kOutOfRange,
                node_.place,
                shown(node_) + " is too long for " + name_,
                {"characters allowed: at most " + std::to_string(*schema_.length_max)});
        } else if (!schema_.pattern.empty() &&
                   !re2::RE2::PartialMatch(node_.text, re2::RE2(schema_.pattern))) {
            diagnostics_.error(Problem::kBadForm,
                               node_.place,
                               shown(node_) + " has not the form that " + name_ + " wants",
                               {schema_.description.empty() ? "it must match " + schema_.pattern
                                                            : schema_.description});
        }
    }

    const Schema& schema_;
    const RawNode& node_;
    const std::string& name_;
    Diagnostics& diagnostics_;
};

}  // namespace

SchemaType type_of_scalar(const RawNode& node) {
    if (node.kind == RawNode::Kind::kNull) {
        return kTypeNull;
    }
    if (node.quoted) {
        return kTypeString;
    }
    if (node.text == "true" || node.text == "false") {
        return kTypeBoolean;
    }
    if (read_integer(node.text)) {
        return kTypeInteger;
    }
    return read_number(node.text) ? kTypeNumber : kTypeString;
}

berth_cfg untyped_scalar(const RawNode& node) {
    berth_cfg result;
    result.text = node.text;
    result.secret = node.secret;
    result.place = node.place;
    result.where = node.place.text();
    switch (type_of_scalar(node)) {
        case kTypeNull:
            result.kind = berth_cfg::Kind::kNull;
            break;
        case kTypeBoolean:
            result.kind = berth_cfg::Kind::kBool;
            result.i64 = node.text == "true" ? 1 : 0;
            break;
        case kTypeInteger:
            result.kind = berth_cfg::Kind::kInteger;
            result.i64 = read_integer(node.text).value_or(0);
            result.f64 = static_cast<double>(result.i64);
            break;
        case kTypeNumber:
            result.kind = berth_cfg::Kind::kNumber;
            result.f64 = read_number(node.text).value_or(0);
            result.i64 = std::abs(result.f64) < 9e15 ? static_cast<int64_t>(result.f64) : 0;
            break;
        default:
            result.kind = berth_cfg::Kind::kText;
            break;
    }
    return result;
}

berth_cfg check_scalar(const Schema& schema,
                       const RawNode& node,
                       const std::string& name,
                       Diagnostics& diagnostics) {
    if (!schema.secret) {
        return ScalarCheck(schema, node, name, diagnostics).run();
    }
    // The excerpt of a variable leaves its own secrets out, and says which variable it is.
    if (node.place.source != nullptr && node.place.source->name != "environment") {
        diagnostics.hide_line(node.place);
    }
    RawNode secret = node;
    secret.secret = true;
    secret.place.hidden = true;
    berth_cfg result = ScalarCheck(schema, secret, name, diagnostics).run();
    result.place = node.place;
    return result;
}

std::string shown(const RawNode& node) {
    if (node.secret) {
        return "this secret value";
    }
    constexpr size_t kShownMax = 60;
    return node.text.size() <= kShownMax ? "'" + node.text + "'" : "this value";
}

}  // namespace berth
