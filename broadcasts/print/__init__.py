"""On paper and by voice, for people without smartphones: posters, the loudspeaker's script, door lists."""

from broadcasts.print.script import Script as Script
from broadcasts.print.script import loudspeaker as loudspeaker
