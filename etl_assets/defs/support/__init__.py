"""How well a support department's analysts work, alone and as a team, over time."""
