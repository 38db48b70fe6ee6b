// OpenSSL's digests.
#ifndef PLUMBLINE_CRYPTO_SHIM_H
#define PLUMBLINE_CRYPTO_SHIM_H
#include <openssl/evp.h>
#endif
