"""The wire: messages as structs, their codec, and the version of the protocol."""
