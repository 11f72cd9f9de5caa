#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "config/config.h"

namespace berth {

// The listening sockets, which belong to the supervisor: for each address one per worker slot. Generations use
// the same sockets as long as they name the same address, so a reload loses no connection.
class ListenerTable {
public:
    // Sockets of one generation: per slot, in the order of Config::listeners. Not owned.
    using Slots = std::vector<std::vector<int>>;

    // Binds what the configuration names and is not bound yet, for so many slots. On an error nothing has
    // changed; it says which URL and why.
    Status bind(const Config& config, unsigned slots);
    // What bind() made for this configuration.
    Slots slots(const Config& config, unsigned slots) const;
    // Closes what none of these configurations names. A Unix socket's path goes with it.
    void keep_only(const std::vector<std::pair<const Config*, unsigned>>& used);
    // Stops listening for everybody, also where other processes hold the sockets.
    void close_all();

    // The URL of a listen address as a client writes it, with the real port and 127.0.0.1 for all addresses.
    std::string url(const ListenAddress& address) const;
    // Every socket, for the descriptors a new zygote keeps.
    std::vector<int> descriptors() const;

private:
    struct Entry {
        std::string key;        // ListenAddress::socket_text()
        std::string unix_path;  // removed with the entry
        uint16_t port = 0;      // the real one
        std::vector<UniqueFd> sockets;
    };

    static Result<Entry> make_entry(const ListenAddress& address, unsigned slots, int backlog);
    Status extend(Entry& entry, const ListenAddress& address, unsigned slots, int backlog);
    const Entry* find(const std::string& key) const;
    static void close_entry(Entry& entry);

    std::vector<Entry> entries_;
};

}  // namespace berth
