#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace berth::file {

// The media type of a file by the end of its name, as Content-Type has it.
class MimeTypes {
public:
    // The compiled-in table. charset: added to types of text, unless it is empty.
    explicit MimeTypes(std::string charset);

    // Lines as /etc/mime.types has them: a type and the ends that mean it. They take the place of
    // what is known; lines that are not of that form are left out.
    void add_table(std::string_view text);
    // One end, without its dot. False when the type is none.
    bool add(std::string_view extension, std::string_view type);

    // Upper and lower case are the same; empty when the name has no end that is known.
    std::string_view find(std::string_view name) const;

private:
    using Entry = std::pair<std::string, std::string>;
    static constexpr size_t kExtensionMax = 32;  // longer ones are in no table

    std::string with_charset(std::string_view type) const;

    std::string charset_;
    std::vector<Entry> entries_;  // sorted by extension, in lower case
};

// type "/" subtype, both tokens, and perhaps parameters behind them.
bool is_media_type(std::string_view text);

}  // namespace berth::file
