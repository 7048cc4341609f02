"""What the sparkify warehouse promises: `sql/sparkify/checks/<name>.sql` each. That no play is lost blocks."""

from etl_assets.warehouse.models.checks import accepted_values, sql_check

_LEVELS = ("free", "paid")

OF_PLAYS = (
    sql_check("plays_are_the_songs_that_were_started", blocking=True),
    sql_check("plays_do_not_share_a_moment"),
    sql_check("plays_say_who_and_where"),
    sql_check("sessions_are_of_one_user"),
    accepted_values("level", _LEVELS),
)

OF_USERS = (sql_check("users_have_a_name"), accepted_values("level", _LEVELS), accepted_values("gender", ("F", "M")))

OF_SONGS = (sql_check("songs_can_be_matched"),)

OF_TIME = (sql_check("events_are_of_a_possible_time"), sql_check("pages_are_known"))
