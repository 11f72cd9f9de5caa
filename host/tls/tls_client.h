#pragma once

#include "base/result.h"
#include "net/transport.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace berth {

class TlsIo;

// Makes the client's end of TLS connections that trust the same roots. Reading the system's roots
// takes milliseconds, so keep one per set of options.
class TlsClient {
public:
    struct Options {
        std::string ca_file;  // PEM; empty: the system's roots
        bool verify = true;   // the chain and the server's name
    };
    static Result<std::unique_ptr<TlsClient>> make(const Options& options);
    ~TlsClient();
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    // server_name: a host name, sent as SNI, or an address; the certificate must carry it.
    // alpn: protocols offered, preferred first. Outlives none of its arguments but io.
    Result<std::unique_ptr<Transport>> connect(TlsIo& io,
                                               std::string_view server_name,
                                               std::span<const std::string> alpn);

private:
    struct Context;
    explicit TlsClient(std::unique_ptr<Context> context);

    std::unique_ptr<Context> context_;
};

}  // namespace berth
