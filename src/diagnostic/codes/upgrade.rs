//! Findings about upgrades of RKE2.

codes! {
    WINDOW_NOT_USED = Warning "upgrade-window-unused": "a window in which RKE2 is not upgraded",
        "system-upgrade-controller gives each of its Plans one window. Two Plans for the same nodes would drain each of them twice, so the first window of the text counts for upgrades, with the days of all windows that have the same start, duration and time zone. `apply` uses every window.",
        "rancher/system-upgrade-controller pkg/apis/upgrade.cattle.io/v1/types.go (TimeWindowSpec)";
    WINDOW_ACROSS_MIDNIGHT = Warning "upgrade-window-midnight": "a window whose end lies on the next day",
        "system-upgrade-controller looks at the day of the moment, not at the day on which a window began: one from Saturday 22:00 to 02:00 would be open on Saturday from 00:00 to 02:00, and shut on Sunday. So it is told to stop beginning nodes at midnight. What it has begun it finishes.",
        "kubereboot/kured pkg/timewindow (Contains)";
}
