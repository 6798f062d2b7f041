import ArgumentParser
import DecantHost

/// Flags take formats by Stim's names for them, which are their raw values.
extension ShotFormat: ExpressibleByArgument {}
