#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace berth {

// Bytes that must not outlive their use, such as a private key: overwritten before their memory is
// given back. Deliberately without an output operator, so that they cannot be logged by accident.
class Secret {
public:
    Secret() = default;
    // Takes the bytes over and overwrites the caller's string.
    explicit Secret(std::string&& bytes);
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept { bytes_.swap(other.bytes_); }
    Secret& operator=(Secret other) noexcept;
    ~Secret();

    std::string_view view() const { return bytes_; }
    bool empty() const { return bytes_.empty(); }

private:
    std::string bytes_;
};

// Takes as long whether they are equal or not; only the sizes show.
bool equal_secrets(std::string_view a, std::string_view b);
// Overwrites bytes; no optimiser leaves it out.
void wipe(void* bytes, size_t n);

}  // namespace berth
