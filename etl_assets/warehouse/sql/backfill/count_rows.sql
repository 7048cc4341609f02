select count(*)
from target
