#pragma once

#include <string>
#include <string_view>

namespace berth::file {

// Does a segment of the path begin with a dot? `/.well-known/` of the root is meant to be seen
// (RFC 8615); what is hidden inside it is hidden all the same.
bool is_hidden(std::string_view path);

// Where a folder that was asked for without its slash is: the target as it was received, with
// the slash before its query; what a URL cannot have is encoded. Never a reference to another host.
std::string with_slash(std::string_view raw_target);

// A path for a line of a log: control characters and bytes that are not ASCII as %XX.
std::string shown_path(std::string_view path);

}  // namespace berth::file
