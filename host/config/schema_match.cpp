#include "config/schema_match.h"

#include "config/scalar_check.h"
#include "config/value_format.h"

#include <algorithm>
#include <string_view>

namespace berth {
namespace {

bool scalar_fits(const Schema& schema, const RawNode& node) {
    const SchemaType type = type_of_scalar(node);
    if ((schema.types & type) != 0 || (type == kTypeInteger && (schema.types & kTypeNumber) != 0)) {
        return true;
    }
    const bool units = schema.format == Format::kDuration || schema.format == Format::kSize ||
                       schema.format == Format::kPercent;
    const bool bare_number = units && (type == kTypeInteger || type == kTypeNumber);
    if (bare_number || (node.substituted && (schema.types & kTypeString) != 0)) {
        return (schema.types & kTypeString) != 0;
    }
    if (!node.substituted || !node.quoted) {
        return false;
    }
    RawNode plain = node;
    plain.quoted = false;
    return (schema.types & type_of_scalar(plain)) != 0;
}

bool has_choice(const Schema& schema, const std::string& text) {
    return std::any_of(schema.choices.begin(),
                       schema.choices.end(),
                       [&](const SchemaValue& choice) { return choice.text == text; });
}

}  // namespace

bool fits_type(const Schema& schema, const RawNode& node) {
    if (node.is_map()) {
        return (schema.types & kTypeObject) != 0;
    }
    if (node.is_list()) {
        return (schema.types & kTypeArray) != 0;
    }
    if (node.kind == RawNode::Kind::kNull) {
        return (schema.types & (kTypeNull | kTypeObject)) != 0;
    }
    return scalar_fits(schema, node);
}

bool picked_by_constant(const Schema& schema, const RawNode& node) {
    if (node.is_scalar()) {
        return has_choice(schema, node.text);
    }
    return std::any_of(
        schema.properties.begin(), schema.properties.end(), [&](const auto& property) {
            const RawMember* member = node.find(property.key);
            return member != nullptr && has_choice(property.schema, member->value.text);
        });
}

std::string expected_words(const Schema& schema) {
    struct Word {
        uint32_t type;
        const char* word;
    };
    if (schema.format != Format::kNone) {
        return std::string(format_example(schema.format));
    }
    std::string words;
    for (const Word& word : {Word{kTypeBoolean, "true or false"},
                             Word{kTypeInteger, "a whole number"},
                             Word{kTypeNumber, "a number"},
                             Word{kTypeString, "text"},
                             Word{kTypeArray, "a list"},
                             Word{kTypeObject, "a map of settings"}}) {
        if ((schema.types & word.type) != 0) {
            words += (words.empty() ? "" : " or ") + std::string(word.word);
        }
    }
    return words;
}

std::string found_words(const RawNode& node) {
    if (node.kind == RawNode::Kind::kNull) {
        return "has no value";
    }
    if (node.is_list()) {
        return "is a list";
    }
    if (node.is_map()) {
        return "is a map of settings";
    }
    switch (type_of_scalar(node)) {
        case kTypeBoolean:
            return "is a boolean";
        case kTypeInteger:
            return "is a number";
        case kTypeNumber:
            return node.text.find_first_of(".eE") == std::string::npos
                       ? "is a number that is too large"
                       : "is a number with a fraction";
        default:
            return "is text";
    }
}

std::vector<std::string> property_names(const Schema& schema) {
    std::vector<std::string> names;
    for (const auto& [name, property] : schema.properties) {
        if (!property.deprecated) {
            names.push_back(name);
        }
    }
    return names;
}

}  // namespace berth
