#include "config/explanation.h"

namespace berth {
namespace {

constexpr Explanation kTexts[] = {
    {Problem::kUnreadable,
     "a file cannot be read",
     "The message says why. A service reads its files as the user it was started as.",
     "-rw------- root shop.yaml",
     "-rw-r--r-- root shop.yaml"},
    {Problem::kNoSites,
     "there is nothing to serve",
     "No site file was found. berth.yaml names them by the setting `sites`; files must end in "
     ".yaml.",
     "sites.d/hello.yml",
     "sites.d/hello.yaml"},
    {Problem::kTlsMissing,
     "TLS without certificates",
     "A scheme that ends in s means TLS, and TLS needs to know its certificate.",
     "listen: https://:443",
     "listen: https://:443\ntls: { cert: shop.pem, key: shop.key }"},
    {Problem::kTlsUnused,
     "certificates without TLS",
     "The site has tls, but every address is plain: nobody will see the certificate. The same "
     "goes\n"
     "for files beside cert: self-signed.",
     "listen: http://:443\ntls: { cert: shop.pem, key: shop.key }",
     "listen: https://:443\ntls: { cert: shop.pem, key: shop.key }"},
    {Problem::kCertificate,
     "a certificate cannot be used",
     "The file holds no certificate in PEM, it is expired, or the key is not the certificate's.",
     "tls: { cert: shop.pem, key: blog.key }",
     "tls: { cert: shop.pem, key: shop.key }"},
    {Problem::kKeyPermissions,
     "a key file that others may read",
     "A private key belongs to root or to the user who starts Berth and is readable by nobody "
     "else,\n"
     "or by the service's group at most.",
     "-rw-r--r-- root shop.key",
     "-rw------- root shop.key"},
    {Problem::kTlsAuto,
     "certificates cannot be had by themselves yet",
     "tls: auto will get certificates by ACME. This version cannot, so a certificate from "
     "elsewhere\n"
     "is needed; it is served anew as soon as its file changes.",
     "listen: https://:443\ntls: auto",
     "listen: https://:443\ntls: { cert: shop.pem, key: shop.key }"},
    {Problem::kListenUrl,
     "an address that cannot be listened on",
     "An address is a URL: the scheme names the protocol, then host and port, or the path of a "
     "Unix\n"
     "socket. Without a host it is every address of the machine; without a port it is 8080.",
     "listen: 127.0.0.1:8080",
     "listen: http://127.0.0.1:8080"},
    {Problem::kPortInUse,
     "the port is in use",
     "Another process listens there; the message names it where that can be known.",
     "listen: http://:80   # nginx is there",
     "sudo systemctl stop nginx"},
    {Problem::kCannotBind,
     "the address cannot be used",
     "It does not belong to this machine, or a port below 1024 needs a permission: start Berth as\n"
     "root or through its unit.",
     "listen: http://192.0.2.1:80",
     "listen: http://:80"},
    {Problem::kHostName,
     "not the name of a host",
     "hosts holds names without a scheme and without a port. A '*' stands for the first label "
     "only.",
     "hosts: [\"http://shop.example.com:8080\"]",
     "hosts: [shop.example.com]"},
    {Problem::kUnknownUser,
     "no such user",
     "The user that should serve does not exist on this machine.",
     "user: nobdy",
     "user: nobody"},
    {Problem::kIgnoredFile,
     "a file that is not loaded",
     "Only files that end in .yaml are configuration; copies that editors leave must not be.",
     "sites.d/shop.yml",
     "sites.d/shop.yaml"},
    {Problem::kVariable,
     "a variable or option has a value that cannot be used",
     "The one-shot commands take settings from the environment and from options; the message says\n"
     "what is expected.",
     "PORT=http berth hello",
     "PORT=8080 berth hello"},
    {Problem::kNoMiddleware,
     "middleware that does not exist",
     "MIDDLEWARE names filters of connections, separated by ';': annoyer, blacklist, flood and "
     "proxy.\n"
     "In a site file they are connection_filters, with all their settings.",
     "MIDDLEWARE=dummy berth hello",
     "MIDDLEWARE=blacklist BLACKLIST=192.0.2.7 berth hello"},
};

}  // namespace

std::span<const Explanation> explanations_of_machine() {
    return kTexts;
}

}  // namespace berth
