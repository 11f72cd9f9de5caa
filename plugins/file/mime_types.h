#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

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
    struct Hash {
        using is_transparent = void;
        size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    static constexpr size_t kExtensionMax = 32;  // longer ones are in no table

    std::string with_charset(std::string_view type) const;

    std::string charset_;
    std::unordered_map<std::string, std::string, Hash, std::equal_to<>> types_;  // lower-case ends
};

// type "/" subtype, both tokens, and perhaps parameters behind them.
bool is_media_type(std::string_view text);

}  // namespace berth::file
