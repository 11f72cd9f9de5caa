// headers: changes the fields of answers, and of requests before their handler sees them.
#include "berth_plugin_info.h"

#include "berth/cpp/field_list.hpp"
#include "berth/cpp/http_filter.hpp"
#include "berth/cpp/plugin.hpp"
#include "berth/cpp/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using berth::sdk::Config;
using berth::sdk::FieldList;
using berth::sdk::view;
using Module = berth::sdk::HttpModule;

struct Field {
    std::string name, value;
    berth_header header() const { return {berth::sdk::sv(name), berth::sdk::sv(value)}; }
};

// One `headers:` of a site file, in one worker.
class Headers {
public:
    static constexpr uint32_t kPhase = BERTH_PHASE_TRANSFORM;
    static constexpr bool kTriedInZygote = true;

    explicit Headers(const Module& module) : host_(module.host()), http_(module.http()) {}

    berth_status configure(const Config& config) {
        set_ = read_fields(config["set"]);
        add_ = read_fields(config["add"]);
        request_ = read_fields(config["request"]);
        for (const Config name : config["remove"]) {
            check_name(name, name.text());
            removed_.emplace_back(name.text());
        }
        for (const Field& field : set_) {
            removed_.push_back(field.name);
        }
        return status_;
    }

    berth_status on_request(berth_http_req* req) {
        for (const Field& field : request_) {
            const berth_header header = field.header();
            const berth_status status = http_->set_header(req, header.name, header.value);
            if (status < 0) {
                return status;
            }
        }
        return BERTH_OK;
    }

    berth_status on_response(berth_http_req* req, berth_http_resp* resp) {
        FieldList fields(host_, req, resp, set_.size() + add_.size());
        if (!fields) {
            return BERTH_E_NOMEM;
        }
        fields.remove_if([this](const berth_header& field) { return !stays(field); });
        for (const std::vector<Field>* more : {&set_, &add_}) {
            for (const Field& field : *more) {
                fields.add(field.header());
            }
        }
        return BERTH_OK;
    }

private:
    std::vector<Field> read_fields(const Config& given) {
        std::vector<Field> fields;
        for (uint32_t i = 0; i < given.count(); ++i) {
            std::string_view name;
            const Config value = given.at(i, &name);
            check_name(value, name);
            check_value(value);
            fields.push_back({std::string(name), std::string(value.text())});
        }
        return fields;
    }

    // What http would refuse while serving is refused here, with its place.
    void check_name(const Config& place, std::string_view name) {
        static constexpr std::string_view kReserved[] = {
            "connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"};
        const auto is_name = [name](std::string_view other) {
            return berth::sdk::equal_ignoring_case(name, other);
        };
        if (!berth::sdk::is_token(name)) {
            status_ = place.fail("not the name of a field");
        } else if (std::any_of(std::begin(kReserved), std::end(kReserved), is_name)) {
            status_ = place.fail("this field belongs to the server; it cannot be changed");
        }
    }

    void check_value(const Config& value) {
        const std::string_view text = value.text();
        const auto is_bad = [](char c) { return berth::sdk::is_control(c) && c != '\t'; };
        if (std::any_of(text.begin(), text.end(), is_bad)) {
            status_ =
                value.fail("a field's value holds no line breaks or other control characters");
        }
    }

    bool stays(const berth_header& field) const {
        return std::none_of(removed_.begin(), removed_.end(), [&](const std::string& name) {
            return berth::sdk::equal_ignoring_case(view(field.name), name);
        });
    }

    const berth_host* host_;
    const berth_http_ext* http_;
    std::vector<Field> set_, add_, request_;
    std::vector<std::string> removed_;  // those that are set included
    berth_status status_ = BERTH_OK;
};

constexpr berth_factory kHeaders = berth::sdk::http_filter<Headers, Module>(
    {"headers", berth_schema_headers, "sets, adds and removes fields"});

constexpr berth_module kModule = berth::sdk::http_module<Module, kHeaders>(
    BERTH_ABOUT("Berth", "Apache-2.0", "Sets, adds and removes fields"));

}  // namespace

BERTH_PLUGIN(kModule)
