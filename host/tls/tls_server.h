#pragma once

#include "base/result.h"
#include "net/transport.h"
#include "tls/tls_settings.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

class ServerContext;
class ServerNames;
class TicketKeys;
class TlsIo;

// The TLS side of one listener: picks a site by the name that the client asks for, a protocol by
// ALPN, and resumes sessions with the machine's ticket keys. Used on one thread; outlives its
// transports.
class TlsServer {
public:
    struct Options {
        // A name goes to the last site that has it, then to a wildcard, then to the first site
        // without hosts, or the first of all.
        std::vector<TlsSite> sites;
        std::vector<std::string> alpn;        // in order of preference; empty: ALPN is not spoken
        const TicketKeys* tickets = nullptr;  // outlives the server; null: sessions are not resumed
    };

    // An error names the site and the file at fault.
    static Result<std::unique_ptr<TlsServer>> make(Options options);
    ~TlsServer();
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;

    // The server's end of a new connection, or null when memory is short.
    std::unique_ptr<Transport> accept(TlsIo& io);

    // Later handshakes of the site use these; on error the old ones stay. Running sessions are
    // untouched.
    Status replace_key_pairs(std::string_view site_id, const std::vector<TlsKeyPair>& pairs);

    // Which site answers for a name (empty: none was sent); null: refuse it.
    const ServerContext* context_for(std::string_view server_name) const;
    const std::vector<std::string>& alpn() const { return alpn_; }

private:
    explicit TlsServer(std::vector<std::string> alpn);

    Status add(TlsSite site, const TicketKeys* tickets);

    const std::vector<std::string> alpn_;
    std::vector<std::unique_ptr<ServerContext>> contexts_;
    std::unique_ptr<ServerNames> names_;
    size_t default_ = 0;  // index of the site for unknown names
    bool has_default_ = false;
    bool refuses_unknown_ = false;
};

}  // namespace berth
