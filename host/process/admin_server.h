#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "process/wait_set.h"

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace berth {

// A command that came over the admin socket.
struct AdminRequest {
    uint64_t caller = 0;  // for AdminServer::answer()
    std::string command;
    std::map<std::string, std::string> fields;  // all members, `command` included
};

// What a command prints and ends with.
struct AdminAnswer {
    int exit = 0;
    std::string out, err;  // for stdout and stderr
    std::string status;    // JSON, of `status`
};

// One line of JSON each, without the line end.
Result<AdminRequest> parse_admin_request(const std::string& line);
std::string write_admin_answer(const AdminAnswer& answer);
Result<AdminAnswer> parse_admin_answer(const std::string& line);

// The admin socket: one JSON request and one answer per line. Belongs to the supervisor, so that it
// works whatever happens to generations; the file's permissions say who may use it.
class AdminServer {
public:
    // Makes the socket, 0660 with the group, in a folder that is made when needed. Fails when
    // another server answers there.
    static Result<std::unique_ptr<AdminServer>> open(const std::string& path, gid_t group);
    ~AdminServer();
    AdminServer(const AdminServer&) = delete;
    AdminServer& operator=(const AdminServer&) = delete;

    void add_waits(WaitSet& waits);
    // What arrived since the last call.
    std::vector<AdminRequest> take_requests() { return std::exchange(requests_, {}); }
    // An answer to somebody who is gone is dropped.
    void answer(uint64_t caller, const AdminAnswer& answer);
    const std::string& path() const { return path_; }

private:
    struct Caller {
        uint64_t id = 0;
        UniqueFd socket;
        std::string input, output;
        unsigned unanswered = 0;
        bool ended = false;  // asks no more, but may wait for answers

        bool may_ask() const;
        WaitSet::For waits_for() const;
    };

    AdminServer(std::string path, UniqueFd listener)
        : path_(std::move(path)), listener_(std::move(listener)) {}
    void accept_caller();
    bool make_room();
    void on_ready(Caller& caller);
    void read(Caller& caller);
    void take_lines(Caller& caller);
    void flush(Caller& caller);
    void let_go(Caller& caller);

    const std::string path_;
    UniqueFd listener_;
    std::vector<std::unique_ptr<Caller>> callers_;
    std::vector<AdminRequest> requests_;
    uint64_t last_id_ = 0;
};

// /run/berth/admin.sock for root, otherwise in $XDG_RUNTIME_DIR/berth, or in a private folder of
// /tmp.
std::string default_admin_socket();

}  // namespace berth
