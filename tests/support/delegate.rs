//! What the hosts of tests have in common.

/// What a host leaves to the page in its field `page`: all but time, storage and the timer.
macro_rules! rest_by_page {
    () => {
        fn random(&mut self) -> u32 {
            self.page.random()
        }

        fn facts(&self, facts: consentry::Facts) -> String {
            self.page.facts(facts)
        }

        fn signals(&self) -> consentry::Signals {
            self.page.signals()
        }

        fn address(&self) -> u32 {
            self.page.address()
        }

        fn hidden(&self) -> bool {
            self.page.hidden()
        }

        fn lock(&mut self, queue: consentry::QueueId) {
            self.page.lock(queue);
        }

        fn unlock(&mut self, queue: consentry::QueueId) {
            self.page.unlock(queue);
        }

        fn post(&mut self, message: consentry::Message) {
            self.page.post(message);
        }

        fn keepalive_bytes(&self) -> usize {
            self.page.keepalive_bytes()
        }

        fn watch_unload(&mut self, on: bool) {
            self.page.watch_unload(on);
        }

        fn recording(&mut self, on: bool) {
            self.page.recording(on);
        }

        fn send(&mut self, id: consentry::RequestId, url: &str, data: &str, keepalive: bool) {
            self.page.send(id, url, data, keepalive);
        }

        fn abort(&mut self, id: consentry::RequestId) {
            self.page.abort(id);
        }

        fn report(&mut self, code: consentry::Code, about: &str, dropped: usize) {
            self.page.report(code, about, dropped);
        }

        fn changed(&mut self, before: consentry::Status, after: consentry::Status) {
            self.page.changed(before, after);
        }

        fn flushed(&mut self, number: consentry::FlushId, sent: usize, dropped: usize, pending: usize) {
            self.page.flushed(number, sent, dropped, pending);
        }

        fn answered_alone(&mut self, number: std::num::NonZeroU32, status: u16, body: &str) {
            self.page.answered_alone(number, status, body);
        }

        fn before_send(&mut self, kind: consentry::Kind, record: &str) -> Option<String> {
            self.page.before_send(kind, record)
        }

        fn deleted(&mut self, number: u32, done: bool) {
            self.page.deleted(number, done);
        }
    };
}
