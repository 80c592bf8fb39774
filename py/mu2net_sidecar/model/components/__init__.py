"""The component kinds, one module each. A module here that defines `KIND` is a kind."""
