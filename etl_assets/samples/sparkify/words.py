"""What people, places, browsers, artists and songs are called."""

from typing import Final

FIRST_NAMES: Final = (
    ("Ava", "F"), ("Ben", "M"), ("Chloe", "F"), ("Devin", "M"), ("Ella", "F"), ("Felix", "M"), ("Grace", "F"),
    ("Hugo", "M"), ("Isla", "F"), ("Jayden", "M"), ("Kaylee", "F"), ("Lucas", "M"), ("Maia", "F"), ("Noah", "M"),
    ("Olivia", "F"), ("Pedro", "M"), ("Quinn", "F"), ("Ryan", "M"), ("Sofía", "F"), ("Theo", "M"), ("Uma", "F"),
    ("Victor", "M"), ("Wren", "F"), ("Xavier", "M"), ("Yara", "F"), ("Zoë", "F"),
)  # fmt: skip
LAST_NAMES: Final = (
    "Adams", "Burke", "Cruz", "Dixon", "Evans", "Flores", "Griffin", "Hayes", "Ingram", "Johnson", "Klein", "Lynch",
    "Moreno", "Nguyen", "O'Neil", "Parker", "Quist", "Ramos", "Smith", "Torres", "Underwood", "Vega", "Williams",
    "Young", "Zeller",
)  # fmt: skip
LOCATIONS: Final = (
    "Atlanta-Sandy Springs-Roswell, GA", "Birmingham-Hoover, AL", "Chicago-Naperville-Elgin, IL-IN-WI",
    "Dallas-Fort Worth-Arlington, TX", "Eugene, OR", "Houston-The Woodlands-Sugar Land, TX",
    "Janesville-Beloit, WI", "Lansing-East Lansing, MI", "Los Angeles-Long Beach-Anaheim, CA", "Marinette, WI-MI",
    "New York-Newark-Jersey City, NY-NJ-PA", "Phoenix-Mesa-Scottsdale, AZ", "Portland-South Portland, ME",
    "Sacramento--Roseville--Arden-Arcade, CA", "San Francisco-Oakland-Hayward, CA", "Tampa-St. Petersburg, FL",
    "Washington-Arlington-Alexandria, DC-VA-MD-WV", "Waterloo-Cedar Falls, IA", "Winston-Salem, NC", "Yuba City, CA",
)  # fmt: skip
_WEBKIT: Final = "AppleWebKit/537.36 (KHTML, like Gecko)"
_IPHONE: Final = "AppleWebKit/537.51.2 (KHTML, like Gecko) Version/7.0 Mobile/11D257 Safari/9537.53"
_SAFARI: Final = "AppleWebKit/537.78.2 (KHTML, like Gecko) Version/7.0.6 Safari/537.78.2"
USER_AGENTS: Final = (
    f'"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) {_WEBKIT} Chrome/36.0.1985.143 Safari/537.36"',
    f'"Mozilla/5.0 (Windows NT 6.1; WOW64) {_WEBKIT} Chrome/36.0.1985.125 Safari/537.36"',
    f'"Mozilla/5.0 (X11; Linux x86_64) {_WEBKIT} Ubuntu Chromium/36.0.1985.125 Chrome/36.0.1985.125 Safari/537.36"',
    f'"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) {_SAFARI}"',
    f'"Mozilla/5.0 (iPhone; CPU iPhone OS 7_1_2 like Mac OS X) {_IPHONE}"',
    "Mozilla/5.0 (Windows NT 5.1; rv:31.0) Gecko/20100101 Firefox/31.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.9; rv:31.0) Gecko/20100101 Firefox/31.0",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
)
"""Some begin and end with a quote, as browsers' names often do in the real logs."""
ADJECTIVES: Final = (
    "Amber", "Blue", "Crooked", "Distant", "Electric", "Fading", "Golden", "Hollow", "Idle", "Jagged", "Kindred",
    "Lonely", "Midnight", "Northern", "Open", "Paper", "Quiet", "Restless", "Silver", "Tidal", "Unseen", "Velvet",
    "Wild", "Young",
)  # fmt: skip
NOUNS: Final = (
    "Anchors", "Bells", "Canyons", "Daughters", "Echoes", "Foxes", "Gardens", "Harbors", "Islands", "Junctions",
    "Kites", "Lanterns", "Mirrors", "Nights", "Orchids", "Planets", "Queens", "Rivers", "Satellites", "Trains",
    "Umbrellas", "Voices", "Wolves", "Années",
)  # fmt: skip
VERBS: Final = (
    "Chasing", "Counting", "Forgetting", "Following", "Holding", "Leaving", "Losing", "Missing", "Naming", "Outrunning",
    "Remembering", "Sailing", "Turning", "Waking",
)  # fmt: skip
ORIGINS: Final = (
    ("Austin, TX", 30.26715, -97.74306),
    ("California - LA", 34.05349, -118.24532),
    ("Dublin, Ireland", 53.34376, -6.24953),
    ("London, England", 51.50632, -0.12714),
    ("Montreal, Quebec", 45.51228, -73.55439),
    ("Nashville, TN", 36.16778, -86.77836),
    ("Reykjavík", 64.14131, -21.89541),
    ("", None, None),
    ("", None, None),
)
"""Of some artists nobody says where they are from."""
