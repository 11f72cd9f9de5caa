#include "error_page.h"

#include "h1/status_line.h"

#include <string_view>

namespace berth::http {

std::string error_page(uint32_t status) {
    const std::string code = std::to_string(status);
    const std::string_view reason = reason_of(status);
    std::string page =
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>";
    page.append(code).append(" ").append(reason);
    page.append(
        "</title>\n<style>:root{color-scheme:light dark}"
        "body{font:1rem/1.5 system-ui,sans-serif;display:grid;place-content:center;"
        "min-height:90vh;margin:0;text-align:center}"
        "h1{font-size:4rem;font-weight:200;margin:0}</style>\n</head>\n<body>\n<h1>");
    page.append(code).append("</h1>\n<p>").append(reason).append("</p>\n</body>\n</html>\n");
    return page;
}

}  // namespace berth::http
