// Package der reads and writes the DER form of an SSL_SESSION, as libssl's
// i2d_SSL_SESSION writes it (SSL_SESSION_ASN1 in ssl/ssl_asn1.c of OpenSSL 3.0).
//
// In: bytes. Out: a [Session] with every field named, which marshals to the same
// bytes again, or an [Error] that names the field at fault.
//
// Nothing is interpreted beyond the shape: no certificate is parsed, no cipher
// known, no key used. Only DER is accepted; the looser encodings that libssl's
// reader puts up with, and its writer never makes, are errors.
package der
