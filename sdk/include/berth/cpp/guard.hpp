// Nothing is thrown across the ABI: what a function in C++ throws becomes a status.
#ifndef BERTH_CPP_GUARD_HPP
#define BERTH_CPP_GUARD_HPP

#include "berth/abi.h"

#include <new>
#include <type_traits>

namespace berth::sdk {

// Runs a function without arguments that returns a berth_status or nothing. BERTH_E_NOMEM: memory
// is exhausted; BERTH_E_FAIL: it threw something else.
template <class F>
berth_status guarded(F function) noexcept {
    const auto call = [&]() -> berth_status {
        if constexpr (std::is_void_v<decltype(function())>) {
            function();
            return BERTH_OK;
        } else {
            return function();
        }
    };
#if defined(__cpp_exceptions)
    try {
        return call();
    } catch (const std::bad_alloc&) {
        return BERTH_E_NOMEM;
    } catch (...) {
        return BERTH_E_FAIL;
    }
#else
    return call();
#endif
}

namespace detail {

template <auto function, class Type = decltype(function)>
struct Guard;

template <auto function, class Result, class... Arguments>
struct Guard<function, Result (*)(Arguments...)> {
    static Result call(Arguments... arguments) noexcept {
        if constexpr (std::is_same_v<Result, berth_status>) {
            return guarded([&] { return function(arguments...); });
        } else if constexpr (std::is_void_v<Result>) {
            guarded([&] { function(arguments...); });
        } else {
            Result result{};
            guarded([&] { result = function(arguments...); });
            return result;
        }
    }
};

}  // namespace detail

// For tables of functions: calls `function`. When it throws, the caller gets the status of
// guarded(), or NULL, 0 or an empty value where the result is no status.
template <auto function>
inline constexpr auto* kGuarded = &detail::Guard<function>::call;

}  // namespace berth::sdk

#endif
