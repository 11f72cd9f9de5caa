#pragma once

#include <string>
#include <string_view>

namespace berth {

// The package of a plugin that Berth ships but that may not be installed; empty when there is none
// such.
std::string package_of_plugin(std::string_view kind, std::string_view name);

// Could a plugin of that name offer a factory of that kind? Of those that Berth ships it is known.
bool may_offer(std::string_view kind, std::string_view name);

// "handler" for berth.http.handler/1; the kind itself for a third party's.
std::string kind_word(std::string_view kind);

}  // namespace berth
