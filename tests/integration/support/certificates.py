"""Certificates made with the openssl program, P-256, valid for two days."""
import os
import subprocess


def _openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Authority:
    def __init__(self, folder, name="ca"):
        self.folder = folder
        self.key, self.cert = os.path.join(folder, f"{name}.key"), os.path.join(folder, f"{name}.pem")
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                 "-subj", f"/CN=Berth test {name}", "-keyout", self.key, "-out", self.cert)

    def issue(self, stem, *names):
        """(certificate, key) for these DNS names; key 0600."""
        key, cert = os.path.join(self.folder, f"{stem}.key"), os.path.join(self.folder, f"{stem}.pem")
        request, extensions = f"{cert}.csr", f"{cert}.ext"
        _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={names[0]}",
                 "-keyout", key, "-out", request)
        with open(extensions, "w", encoding="ascii") as file:
            file.write("subjectAltName=" + ",".join(f"DNS:{name}" for name in names) + "\n")
        _openssl("x509", "-req", "-in", request, "-CA", self.cert, "-CAkey", self.key, "-CAcreateserial",
                 "-days", "2", "-extfile", extensions, "-out", cert)
        os.chmod(key, 0o600)
        return cert, key


def fingerprint(cert):
    """SHA-256 of the DER, hexadecimal."""
    text = subprocess.run(["openssl", "x509", "-in", cert, "-noout", "-fingerprint", "-sha256"],
                          check=True, capture_output=True, text=True).stdout
    return text.partition("=")[2].strip().replace(":", "").lower()
