#pragma once

#include "base/result.h"

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace berth {

// The JSON of the control plane: small documents between the supervisor and the command line.

// The members of an object: texts without quotes, numbers and booleans as written, objects and
// arrays as JSON. A document that is not one object, nests deeper than 16 or repeats a key is an
// error.
Result<std::map<std::string, std::string>> parse_json_object(std::string_view text);

// With quotes; bytes that are not UTF-8 become U+FFFD.
std::string quote_json(std::string_view text);

// Writes one document, members in order of the calls.
class JsonWriter {
public:
    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);
    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(bool yes);
    template <std::integral Number>
    JsonWriter& value(Number number) {
        separate();
        text_ += std::to_string(number);
        return *this;
    }
    // An object or array that is JSON already.
    JsonWriter& raw(std::string_view json);
    template <class Value>
    JsonWriter& member(std::string_view name, const Value& content) {
        return key(name).value(content);
    }

    const std::string& text() const { return text_; }

private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();

    std::string text_;
    bool first_ = true;
};

}  // namespace berth
