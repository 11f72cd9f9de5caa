#pragma once

#include "date_cache.h"
#include "log/log_line.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::http {

// Lines of an access log as a site wants them: text with the names of fields in braces.
class LogTemplate {
public:
    // A name of a format is none. `{{` and `}}` are braces.
    static bool is_template(std::string_view text) { return text.find_first_of("{}") != text.npos; }
    // Empty when text is no template; problem says why.
    static std::optional<LogTemplate> parse(std::string_view text, std::string& problem);

    // Writes a line, its end included, at out, which has room for kLogLineMax bytes; returns its
    // size. Values are escaped as in the other formats, "-" stands for an empty one; what finds no
    // room in a line is left out.
    size_t write(const LogRecord& record, const DateCache& now, char* out) const;

private:
    enum class Field : uint8_t {
        kText,    // `text` itself
        kHeader,  // the request's field that `text` names
        kTime,
        kSite,
        kClient,
        kUser,
        kMethod,
        kHost,
        kTarget,
        kProtocol,
        kStatus,
        kBytes,
        kDuration,
        kReferer,
        kUserAgent,
        kTraceId,
    };
    struct Name {
        std::string_view text;
        Field field;
    };
    struct Part {
        Field field;
        std::string text;
    };
    static const Name kNames[];

    void add_text(char c);
    bool add_field(std::string_view name, std::string& problem);
    static uint64_t number_of(Field field, const LogRecord& record);
    static std::string_view text_of(const Part& part,
                                    const LogRecord& record,
                                    const DateCache& now);

    std::vector<Part> parts_;
};

}  // namespace berth::http
