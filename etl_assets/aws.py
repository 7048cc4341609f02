"""Clients of AWS, with the credentials and the endpoint that its SDK finds, and its failures without secrets."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

from etl_assets.errors import EtlError, SettingsError
from etl_assets.settings import aws_environment

_CONNECT_SECONDS: Final = 10
_READ_SECONDS: Final = 60
_ATTEMPTS: Final = 6
_CONNECTIONS: Final = 32
_making: Final = Lock()


def client(service: str, *, region: str | None = None) -> Any:  # noqa: ANN401 - boto3 makes its classes when it runs
    """A client, made once for as long as the environment says the same; threads may share it.

    Raises:
        SettingsError: When the environment has something that the SDK cannot use.
    """
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - slow, and needed only where there is a bucket

    with _making:
        try:
            return _client(service, region, aws_environment())
        except (BotoCoreError, ValueError) as error:
            said, mend = _told(type(error).__name__)
            message = f"No client of AWS can be made: {said}."
            raise SettingsError(message, mend=mend) from error


@lru_cache(maxsize=8)
def _client(service: str, region: str | None, environment: tuple[tuple[str, str], ...]) -> Any:  # noqa: ANN401 - as above
    import boto3
    from botocore.config import Config  # noqa: PLC0415 - as above
    from botocore.session import get_session  # noqa: PLC0415 - as above

    _refuse_secret_in_endpoint(environment)
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        max_pool_connections=_CONNECTIONS,
        tcp_keepalive=True,
    )
    core, region = get_session(), region or dict(environment).get("AWS_REGION")
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=moment)
    session = boto3.Session(botocore_session=core)
    made = session.client(service, region_name=region, config=config)
    if service != "s3" or _is_amazons(made.meta.endpoint_url) or (made.meta.config.s3 or {}).get("addressing_style"):
        return made
    by_path = config.merge(Config(s3={"addressing_style": "path"}))
    return session.client(service, region_name=region, config=by_path)


def moment(text: object) -> datetime:
    """A time in a reply: the SDK's own reader tries every way to write one, which is most of the time a list takes."""
    from botocore.utils import parse_timestamp  # noqa: PLC0415 - slow, and needed only where there is a bucket

    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return parse_timestamp(text)
    return found if found.tzinfo else parse_timestamp(text)


def _is_amazons(url: str) -> bool:
    return ".amazonaws." in f"{urlsplit(url).hostname}."


def _refuse_secret_in_endpoint(environment: tuple[tuple[str, str], ...]) -> None:
    """The SDK's own errors quote an endpoint."""
    for name, value in environment:
        if name.startswith("AWS_ENDPOINT_URL") and "@" in urlsplit(value).netloc:
            message = f"{name} has a user or a password in it."
            raise SettingsError(message, mend="Give those as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")


def failures() -> tuple[type[Exception], ...]:
    """What the SDK raises."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as above
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - as above

    return Boto3Error, BotoCoreError, ClientError, HTTPError


def code_of(error: BaseException) -> str:
    """What AWS calls it, as ``NoSuchBucket``; the name of the SDK's own error where AWS said nothing."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import ClientError  # noqa: PLC0415 - as above

    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", ""))
    if isinstance(error, Boto3Error) and error.__context__:
        return code_of(error.__context__)
    return type(error).__name__


@contextmanager
def speaking(place: str, raised: type[EtlError]) -> Generator[None]:
    """A stretch in which AWS may fail; what it says is told in the project's words.

    Args:
        place: What is spoken to, as ``s3://bucket/prefix``.
        raised: The error to raise in its place.
    """
    try:
        yield
    except failures() as error:
        code = code_of(error)
        said, mend = _told(code)
        message = f"{place}: {said} ({code})."
        raise raised(message, mend=mend) from error


def _told(code: str) -> tuple[str, str]:
    """What a code means, and what to do about it."""
    return next((words for codes, words in _WORDS.items() if code in codes), _UNFORESEEN)


_UNFORESEEN: Final = "AWS refuses", "See what AWS says of this code; what was done so far stands, so run it again."
_WORDS: Final = {
    frozenset({"NoSuchBucket"}): ("there is no such bucket", "Create it, or correct the address."),
    frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}): (
        "there is no such queue",
        "Create it, or correct ETL_LANDING_QUEUE_URL.",
    ),
    frozenset({"AccessDenied", "AccessDeniedException", "AllAccessDisabled", "Forbidden", "403"}): (
        "AWS does not allow it",
        "Give the user or role the policy of docs/s3.md.",
    ),
    frozenset(
        {
            "AuthFailure",
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidToken",
            "RequestTimeTooSkewed",
            "SignatureDoesNotMatch",
            "400",
        }
    ): (
        "AWS does not know the credentials, or they have expired",
        "Correct AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or log in again; look at the clock.",
    ),
    frozenset({"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "NoAuthTokenError"}): (
        "there are no credentials of AWS",
        "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run it where a role is attached.",
    ),
    frozenset({"ProfileNotFound", "InvalidConfigError", "ConfigParseError", "UnauthorizedSSOTokenError"}): (
        "the profile of AWS cannot be used",
        "Correct AWS_PROFILE and ~/.aws/config, or log in: aws sso login.",
    ),
    frozenset({"NoRegionError", "InvalidRegionError"}): ("there is no region", "Set AWS_REGION."),
    frozenset({"PermanentRedirect", "AuthorizationHeaderMalformed", "301", "IllegalLocationConstraintException"}): (
        "the bucket is in another region",
        "Set AWS_REGION to the bucket's.",
    ),
    frozenset(
        {
            "ConnectTimeoutError",
            "ConnectionClosedError",
            "ConnectionError",
            "EndpointConnectionError",
            "IncompleteReadError",
            "ProtocolError",
            "ProxyConnectionError",
            "ReadTimeoutError",
            "ResponseStreamingError",
            "SSLError",
        }
    ): (
        "it cannot be reached, or the connection broke again and again",
        "Look at the network, the proxy and AWS_ENDPOINT_URL; what was done so far stands, so run it again.",
    ),
    frozenset({"InvalidEndpointURL", "ValueError"}): ("the endpoint is no address", "Correct AWS_ENDPOINT_URL."),
    frozenset({"SlowDown", "503", "ServiceUnavailable", "RequestLimitExceeded", "Throttling", "ThrottlingException"}): (
        "it asks for fewer requests, again and again",
        "What was done so far stands: run it again a little later.",
    ),
    frozenset({"InternalError", "500", "502", "504", "RequestTimeout", "ResponseParserError"}): (
        "it fails again and again",
        "What was done so far stands: run it again a little later.",
    ),
    frozenset({"InvalidObjectState"}): (
        "the object is archived",
        "Restore it, or keep lake and landing folder out of Glacier.",
    ),
}
