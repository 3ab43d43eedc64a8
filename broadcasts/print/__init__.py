"""On paper and by voice, for people without smartphones: posters, the loudspeaker's script, door lists."""
