#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "config/config.h"
#include "net/unix_path.h"

#include <cstdint>
#include <string>
#include <vector>

namespace berth {

// The listening sockets, which belong to the supervisor: for each address one per worker slot.
// Generations use the same sockets as long as they name the same address, so a reload loses no
// connection: the kernel has queued connections on each of them, so a configuration with fewer
// workers shares out all of them. New sockets are bound only, so that nobody connects to a
// configuration that is then rejected: they get no connection before listen().
class ListenerTable {
public:
    struct Socket {
        uint32_t listener;  // index of Config::listeners
        int fd;             // not owned
    };
    // Sockets of one generation, per worker slot.
    using Slots = std::vector<std::vector<Socket>>;

    // Binds what the configuration names and is not bound yet, for so many slots. On an error
    // nothing has changed; it says which URL and why.
    Status bind(const Config& config, unsigned slots);
    // What bind() made for this configuration.
    Slots slots(const Config& config, unsigned slots) const;
    // Everything that bind() made for it takes connections from now on. An error: others have begun
    // to listen on an address in the meantime.
    Status listen(const Config& config);
    // Closes what none of these configurations names. A Unix socket's path goes with it.
    void keep_only(const std::vector<std::pair<const Config*, unsigned>>& used);
    // Stops listening for everybody, also where other processes hold the sockets.
    void close_all();

    // The URL of a listen address as a client writes it, with the real port and 127.0.0.1 for all
    // addresses.
    std::string url(const ListenAddress& address) const;

private:
    struct Entry {
        std::string key;          // ListenAddress::socket_text()
        UnixPathOwner unix_file;  // removed with the entry
        uint16_t port = 0;        // the real one
        std::vector<UniqueFd> sockets;
        size_t listening = 0;  // of sockets, from the front
    };

    static Result<Entry> make_entry(const ListenAddress& address, unsigned slots, int backlog);
    Status extend(Entry& entry, const ListenAddress& address, unsigned slots, int backlog);
    const Entry* find(const std::string& key) const;
    Entry* find(const std::string& key);
    static Status check_still_ours(const Entry& entry, const ListenAddress& address);
    static void close_entry(Entry& entry);

    std::vector<Entry> entries_;
};

}  // namespace berth
