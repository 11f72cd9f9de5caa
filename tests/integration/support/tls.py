"""TLS contexts of clients."""
import socket
import ssl


def context(authority=None, client=None, maximum=None, alpn=None):
    """Trusts the authority, or anybody when there is none. client: (certificate, key) to show."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if authority:
        made.load_verify_locations(authority.cert)
    else:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    if client:
        made.load_cert_chain(*client)
    if maximum:
        made.maximum_version = maximum
    if alpn:
        made.set_alpn_protocols(alpn)
    return made


def peer_certificate(address, name=None):
    """DER of the certificate that a server shows for a name."""
    with socket.create_connection(address, 10) as plain:
        with context().wrap_socket(plain, server_hostname=name) as wrapped:
            return wrapped.getpeercert(binary_form=True)
