#include "config/json_text.h"

#include "config/utf8.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <exception>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace berth {
namespace {

constexpr size_t kDepthMax = 16;

// Of a key that stands twice the parser would keep the last value, and other readers the first.
class UniqueKeys final : public Poco::JSON::ParseHandler {
public:
    void startObject() override {
        keys_.emplace_back();
        ParseHandler::startObject();
    }
    void endObject() override {
        keys_.pop_back();
        ParseHandler::endObject();
    }
    void key(const std::string& name) override {
        if (!keys_.back().insert(name).second) {
            throw Poco::DataFormatException("a key stands twice", name);
        }
        ParseHandler::key(name);
    }

private:
    std::vector<std::set<std::string>> keys_;  // of the open objects
};

std::string member_text(const Poco::Dynamic::Var& value) {
    if (value.isEmpty()) {
        return "null";
    }
    if (value.type() == typeid(Poco::JSON::Object::Ptr) ||
        value.type() == typeid(Poco::JSON::Array::Ptr)) {
        std::ostringstream json;
        Poco::JSON::Stringifier::stringify(value, json);
        return json.str();
    }
    return value.convert<std::string>();
}

}  // namespace

Result<std::map<std::string, std::string>> parse_json_object(std::string_view text) {
    try {
        Poco::JSON::Parser parser(new UniqueKeys);
        parser.setDepth(kDepthMax);
        parser.setAllowComments(false);
        const auto parsed = parser.parse(std::string(text));
        if (parsed.type() != typeid(Poco::JSON::Object::Ptr)) {
            return Error{"not a JSON object"};
        }
        std::map<std::string, std::string> members;
        for (const auto& [name, value] : *parsed.extract<Poco::JSON::Object::Ptr>()) {
            members[name] = member_text(value);
        }
        return members;
    } catch (const std::exception&) {
        return Error{"not valid JSON"};
    }
}

std::string quote_json(std::string_view text) {
    constexpr char kHex[] = "0123456789abcdef";
    std::string quoted = "\"";
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text.front());
        const size_t length = utf8_length(text);
        if (length == 0) {
            quoted += "\\ufffd";
        } else if (byte == '"' || byte == '\\') {
            quoted += {'\\', static_cast<char>(byte)};
        } else if (byte == '\n') {
            quoted += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            quoted += {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
        } else {
            quoted += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return quoted + '"';
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    text_ += quote_json(name) + ": ";
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    separate();
    text_ += quote_json(text);
    return *this;
}

JsonWriter& JsonWriter::value(bool yes) {
    separate();
    text_ += yes ? "true" : "false";
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    text_ += json;
    return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    text_ += bracket;
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    text_ += bracket;
    first_ = false;
    return *this;
}

void JsonWriter::separate() {
    if (!std::exchange(first_, false)) {
        text_ += ", ";
    }
}

}  // namespace berth
