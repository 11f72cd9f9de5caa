#include "mime_types.h"
#include "support/fuzz_input.h"

#include <cstdint>
#include <string_view>

// Whatever a table says, what a file is said to be is a media type or nothing.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace berth::file;
    using berth::testing::require;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    MimeTypes types("utf-8");
    types.add_table(text);
    for (const std::string_view name :
         {std::string_view("a.html"), std::string_view("a.x"), text}) {
        const std::string_view type = types.find(name);
        require(type.empty() || is_media_type(type));
    }
    return 0;
}
