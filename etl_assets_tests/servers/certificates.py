"""Certificates of servers that have signed for themselves."""

from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_FROM, _UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


def own_certificate(folder: Path, *, host: str) -> tuple[Path, Path]:
    """A certificate of a host, or of an address, and a file that has its key too."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), _FROM, _UNTIL)
    alternative = x509.SubjectAlternativeName([_named(host)])
    certificate = made.add_extension(alternative, critical=False).sign(key, hashes.SHA256())
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    alone, with_key = folder / "certificate.pem", folder / "certificate-and-key.pem"
    alone.write_bytes(certificate.public_bytes(form[0]))
    with_key.write_bytes(key.private_bytes(*form) + certificate.public_bytes(form[0]))
    return alone, with_key


def _named(host: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
