pub(crate) fn milliseconds(header: &str, _now: u64) -> u64 {
    crate::json::whole(header, 0) * 1_000
}
