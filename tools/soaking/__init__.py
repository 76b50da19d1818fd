"""The soak: many calls on two clients, a server that misbehaves at random and keeps its whole history, a checker over both."""
