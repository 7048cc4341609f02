"""PostgreSQL 13 or later as a source. A role that may read the tables is enough."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Final

import psycopg  # noqa: TID253 - this module is itself imported only when PostgreSQL is used

from etl_assets.connectors.database.postgres_reader import PostgresReader
from etl_assets.connectors.database.source import Moment, Reader
from etl_assets.connectors.database.watchdog import Watchdog
from etl_assets.errors import SourceError, SourceStalled
from etl_assets.limits import Limits
from etl_assets.urls import shown_url, tls_mode, without_secrets

CONNECT_SECONDS: Final = 10
_HIDDEN: Final = (
    "{} of other roles hide since when they have a transaction open, so the look-back covers what they took their time"
    " for and did not write yet; grant pg_read_all_stats to the role to see it."
)
_UNSEEN: Final = (
    "The role has no pg_read_all_stats: the look-back covers what other roles have open and did not write yet."
)
_STANDBY: Final = "It is a standby, which does not know since when transactions are open: the look-back covers them."
_UNVERIFIED: Final = "Its certificate is not verified: its URL says sslmode={}."
_UNTRUSTED: Final = "Say in the URL which certificates are trusted, sslrootcert=FILE; docs/databases.md says more."
_UNREACHABLE: Final = "Check its address and that it accepts connections."


class PostgresSource:
    """A database.

    Args:
        url: Its address.
        connections: As of ``Limits``, as the others.
        statement_seconds: How long one statement may take.
        stall_seconds: How long a connection may be silent.
    """

    def __init__(
        self,
        url: str,
        *,
        connections: int = Limits.connections,
        statement_seconds: float = Limits.statement_seconds,
        stall_seconds: float = Limits.stall_seconds,
    ) -> None:
        """Nothing is connected yet."""
        self.readers = max(connections - 1, 1)
        self.is_alone = connections == 1
        self.shown = shown_url(url)
        self._url = url
        self._tls = tls_mode(url)
        self._statement_seconds = statement_seconds
        self._stall_seconds = stall_seconds

    def refuse_missing(self) -> None:
        """A server is known to be there when it is asked."""

    def remarks(self) -> tuple[str, ...]:
        """What the role cannot see of transactions that are open, and whether it is known who answers."""
        with self.connected() as session:
            rights = session.one("postgres_rights")
        unseen = (_STANDBY,) if rights["is_standby"] else () if rights["sees_all"] else (_UNSEEN,)
        is_trusted = not self._tls or self._tls.startswith("verify-")
        return unseen if is_trusted else (*unseen, _UNVERIFIED.format(self._tls))

    def zones(self) -> tuple[str, ...]:
        """Its own, and those that are set for the database and for roles."""
        with self.connected() as session:
            return tuple(row["zone"] for row in session.all("postgres_zones"))

    @contextmanager
    def snapshot(self) -> "Generator[PostgresSnapshot]":
        """One state: a repeatable read whose name other connections take over.

        What is open is asked before it: asked after, what ended in between would be in neither answer.
        """
        with self.connected() as session:
            seen = session.one("postgres_activity")
            session.begin()
            found = session.one("postgres_snapshot")
            hidden = seen["hidden"] + seen["is_standby"]
            note = _STANDBY if seen["is_standby"] else _HIDDEN.format(f"{hidden} sessions") if hidden else ""
            told = Moment(
                at=seen["at"],
                open_since=seen["open_since"],
                hidden=hidden,
                oldest_open=found["oldest_open"],
                next_number=seen["next_number"],
                note=note,
            )
            yield PostgresSnapshot(self, session, told, found["name"])

    @contextmanager
    def connected(self) -> "Generator[PostgresReader]":
        """A session that can only read, and that a watchdog watches.

        Raises:
            SourceError: When the database cannot be reached, refuses a statement or does not answer.
        """
        try:
            connection = psycopg.connect(
                self._url,
                autocommit=True,
                connect_timeout=CONNECT_SECONDS,
                client_encoding="UTF8",
                sslmode=self._tls or None,
            )
        except psycopg.Error as error:
            message = f"{self.shown} cannot be reached: {self._said(error)}."
            raise SourceError(message, mend=_UNTRUSTED if "certificate" in message else _UNREACHABLE) from error
        with (
            closing(connection),
            Watchdog(connection.fileno, self._stall_seconds) as watchdog,
            self.errors(watchdog),
        ):
            session = PostgresReader(connection, watchdog, self._statement_seconds)
            session.one("postgres_session", {"statement_ms": str(int(self._statement_seconds * 1000))})
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield session

    @contextmanager
    def errors(self, watchdog: Watchdog) -> Generator[None]:
        """A stretch in which what PostgreSQL says is told as ours."""
        try:
            yield
        except psycopg.Error as error:
            if watchdog.bitten_after:
                message = f"{self.shown} said nothing for {watchdog.bitten_after:g} seconds: the connection was ended."
                mend = "Run again. If the server works that long before its first row, index the cursor's column."
                raise SourceStalled(message, mend=mend) from error
            message = f"{self.shown} cannot be read: {self._said(error)}."
            raise SourceError(message, mend="Run again: what was committed is not done twice.") from error

    def _said(self, error: psycopg.Error) -> str:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return without_secrets(lines[0], self._url).rstrip(".")


class PostgresSnapshot:
    """One state of the database, for as long as the first connection keeps it.

    Args:
        source: The database.
        session: The connection that has it.
        seen: What it found.
        exported: The state's name for other connections.
    """

    def __init__(self, source: PostgresSource, session: PostgresReader, seen: Moment, exported: str) -> None:
        """Nothing is read yet."""
        self.moment = seen
        self._source = source
        self._session = session
        self._exported = exported

    @contextmanager
    def reader(self) -> Generator[Reader]:
        """Another connection that sees it; where there may be only one, that one, up to a savepoint."""
        if self._source.is_alone:
            with self._source.errors(self._session.watchdog), self._session.savepoint():
                yield self._session
            return
        with self._source.connected() as session:
            session.begin(self._exported)
            try:
                yield session
            finally:
                session.stop()
