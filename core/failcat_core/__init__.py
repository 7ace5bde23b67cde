"""The ground floor of the service: types that every stage passes on, and failpoints. No I/O, no driver, no server."""
