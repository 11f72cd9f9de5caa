#include "process/listener_table.h"

#include "base/sys.h"
#include "net/bind_socket.h"
#include "net/socket_address.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace berth {
namespace {

// A listener has one socket per slot, so of a name with several addresses one is taken: localhost
// is 127.0.0.1.
SocketAddress preferred(const std::vector<SocketAddress>& addresses) {
    const auto v4 =
        std::find_if(addresses.begin(), addresses.end(), [](const SocketAddress& address) {
            return address.family() == AF_INET;
        });
    return v4 == addresses.end() ? addresses.front() : *v4;
}

// Bound only: a configuration may yet be rejected.
BindOptions options_for(const ListenAddress& address, int backlog) {
    BindOptions options;
    options.backlog = backlog;
    options.dual_stack = address.dual_stack || address.host.empty();
    options.listens = false;
    return options;
}

Result<std::vector<UniqueFd>> bind_address(const ListenAddress& address,
                                           const BindOptions& options,
                                           uint16_t port,
                                           unsigned slots) {
    if (address.is_unix()) {
        auto path = SocketAddress::unix_path(address.unix_path);
        return path ? bind_slots(path.value(), options, slots) : path.error();
    }
    const auto found = listen_addresses(address.host, port);
    if (!found) {
        return found.error();
    }
    return bind_slots(preferred(found.value()), options, slots);
}

uint16_t port_of(const UniqueFd& socket) {
    return SocketAddress::local_of(socket.get()).port();
}

}  // namespace

Status ListenerTable::bind(const Config& config, unsigned slots) {
    std::vector<Entry> added;
    for (const ListenerConfig& listener : config.listeners) {
        const ListenAddress& address = listener.address;
        if (Entry* known = find(address.socket_text())) {
            if (Status extended = extend(*known, address, slots, config.machine.backlog);
                !extended) {
                return extended;
            }
            continue;
        }
        auto entry = make_entry(address, slots, config.machine.backlog);
        if (!entry) {
            for (Entry& undo : added) {
                close_entry(undo);
            }
            return entry.error();
        }
        added.push_back(std::move(entry).value());
    }
    std::move(added.begin(), added.end(), std::back_inserter(entries_));
    return Done{};
}

Result<ListenerTable::Entry> ListenerTable::make_entry(const ListenAddress& address,
                                                       unsigned slots,
                                                       int backlog) {
    auto sockets = bind_address(address, options_for(address, backlog), address.port, slots);
    if (!sockets) {
        return sockets.error();
    }
    Entry entry;
    entry.key = address.socket_text();
    entry.sockets = std::move(sockets).value();
    if (address.is_unix()) {
        entry.unix_file = UnixPathOwner(address.unix_path);
    }
    entry.port = address.is_unix() ? uint16_t{0} : port_of(entry.sockets.front());
    return entry;
}

// A configuration with more workers.
Status ListenerTable::extend(Entry& entry,
                             const ListenAddress& address,
                             unsigned slots,
                             int backlog) {
    if (entry.sockets.size() >= slots) {
        return Done{};
    }
    const auto missing = static_cast<unsigned>(slots - entry.sockets.size());
    if (!address.is_unix()) {
        BindOptions options = options_for(address, backlog);
        options.joins = true;
        auto sockets = bind_address(address, options, entry.port, missing);
        if (!sockets) {
            return sockets.error();
        }
        std::move(
            sockets.value().begin(), sockets.value().end(), std::back_inserter(entry.sockets));
        return Done{};
    }
    for (unsigned i = 0; i < missing; ++i) {
        entry.sockets.emplace_back(sys().fcntl(entry.sockets.front().get(), F_DUPFD_CLOEXEC, 3));
    }
    return Done{};
}

ListenerTable::Slots ListenerTable::slots(const Config& config, unsigned slots) const {
    Slots result(slots);
    for (uint32_t listener = 0; listener < config.listeners.size(); ++listener) {
        const Entry* entry = find(config.listeners[listener].address.socket_text());
        if (entry == nullptr) {
            continue;
        }
        // Those of a Unix address are one socket.
        const bool is_unix = config.listeners[listener].address.is_unix();
        const size_t distinct = is_unix ? slots : entry->sockets.size();
        for (size_t i = 0; i < std::min(distinct, entry->sockets.size()); ++i) {
            result[i % slots].push_back({listener, entry->sockets[i].get()});
        }
    }
    return result;
}

Status ListenerTable::listen(const Config& config) {
    for (const ListenerConfig& listener : config.listeners) {
        Entry* entry = find(listener.address.socket_text());
        if (entry == nullptr) {
            continue;
        }
        if (Status ours = check_still_ours(*entry, listener.address); !ours) {
            return ours;
        }
        for (; entry->listening < entry->sockets.size(); ++entry->listening) {
            const int fd = entry->sockets[entry->listening].get();
            if (sys().listen(fd, config.machine.backlog) != 0) {
                return Error{"cannot listen on " + entry->key + ": " + strerror(errno), errno};
            }
        }
    }
    return Done{};
}

// The kernel lets two servers bind an address as long as neither listens.
Status ListenerTable::check_still_ours(const Entry& entry, const ListenAddress& address) {
    if (entry.listening > 0) {
        return Done{};
    }
    if (!address.is_unix()) {
        return check_unused(SocketAddress::local_of(entry.sockets.front().get()),
                            options_for(address, 0));
    }
    return entry.unix_file.is_still_there()
               ? Status(Done{})
               : Error{"cannot listen on " + entry.key + ": another process has taken the path",
                       EADDRINUSE};
}

void ListenerTable::keep_only(const std::vector<std::pair<const Config*, unsigned>>& used) {
    const auto slots_needed = [&](const std::string& key) {
        unsigned most = 0;
        for (const auto& [config, slots] : used) {
            const bool names_it = std::any_of(config->listeners.begin(),
                                              config->listeners.end(),
                                              [&](const ListenerConfig& listener) {
                                                  return listener.address.socket_text() == key;
                                              });
            most = names_it ? std::max(most, slots) : most;
        }
        return most;
    };
    for (Entry& entry : entries_) {
        const unsigned needed = slots_needed(entry.key);
        if (needed == 0) {
            close_entry(entry);
        } else if (const size_t kept = std::max<size_t>(needed, entry.listening);
                   kept < entry.sockets.size()) {
            entry.sockets.resize(kept);
        }
    }
    std::erase_if(entries_, [](const Entry& entry) { return entry.sockets.empty(); });
}

void ListenerTable::close_all() {
    for (Entry& entry : entries_) {
        for (const UniqueFd& socket : entry.sockets) {
            sys().shutdown(socket.get(), SHUT_RDWR);
        }
        close_entry(entry);
    }
    entries_.clear();
}

void ListenerTable::close_entry(Entry& entry) {
    entry.unix_file.remove();
    entry.sockets.clear();
}

std::string ListenerTable::url(const ListenAddress& address) const {
    if (address.is_unix()) {
        return address.text();
    }
    ListenAddress shown = address;
    const bool everywhere =
        address.host.empty() || address.host == "0.0.0.0" || address.host == "::";
    if (everywhere) {
        shown.host = "127.0.0.1";
    }
    if (const Entry* entry = find(address.socket_text())) {
        shown.port = entry->port;
    }
    return shown.text() + "/";
}

const ListenerTable::Entry* ListenerTable::find(const std::string& key) const {
    const auto found = std::find_if(
        entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.key == key; });
    return found == entries_.end() ? nullptr : &*found;
}

ListenerTable::Entry* ListenerTable::find(const std::string& key) {
    return const_cast<Entry*>(std::as_const(*this).find(key));
}

}  // namespace berth
