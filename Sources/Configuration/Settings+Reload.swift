extension Settings {
    /// These settings as a daemon can take them over that runs with others.
    ///
    /// - Returns: with what is fixed at the start as it was, and what has changed, by key.
    package func takenOver(
        from running: Settings
    ) -> (settings: Settings, changed: [String], fixed: [String]) {
        var settings = self
        var changed: [String] = []
        var fixed: [String] = []
        for setting in Setting.all where setting.read(self) != setting.read(running) {
            if setting.isFixedAtStart {
                setting.write(&settings, setting.read(running))
                fixed.append(setting.key)
            } else {
                changed.append(setting.key)
            }
        }
        return (settings, changed, fixed)
    }
}
