#pragma once
// Private to this folder: the only header that includes OpenSSL's.

#include "base/result.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

namespace berth {

template <auto kFree>
struct OpensslDeleter {
    template <class T>
    void operator()(T* object) const {
        kFree(object);
    }
};

using BioHandle = std::unique_ptr<BIO, OpensslDeleter<BIO_free_all>>;
using BioMethodHandle = std::unique_ptr<BIO_METHOD, OpensslDeleter<BIO_meth_free>>;
using CipherHandle = std::unique_ptr<EVP_CIPHER, OpensslDeleter<EVP_CIPHER_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, OpensslDeleter<EVP_MD_CTX_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;
using SslHandle = std::unique_ptr<SSL, OpensslDeleter<SSL_free>>;
using SslContext = std::unique_ptr<SSL_CTX, OpensslDeleter<SSL_CTX_free>>;
using CertificateHandle = std::unique_ptr<X509, OpensslDeleter<X509_free>>;
using NameHandle = std::unique_ptr<X509_NAME, OpensslDeleter<X509_NAME_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, OpensslDeleter<X509_EXTENSION_free>>;

// Why the last call of OpenSSL on this thread failed, in its words; empties its queue of errors.
std::string openssl_reason();
// "<what>: <reason>"
Error openssl_error(std::string_view what);

// A BIO that reads the bytes where they are.
BioHandle bio_of(std::string_view bytes);

}  // namespace berth
