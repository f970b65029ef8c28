//! The command line.

use std::time::Duration;

use consentry_collector::{Mount, Options, Policy};

/// Shown with `--help` and after a mistake.
pub(crate) const USAGE: &str = "\
usage: consentry-collector [options]
  --port N                 port on 127.0.0.1, 0 takes a free one (default 0)
  --serve PREFIX=DIR       serve a folder; may be repeated, the longest prefix wins
  --csp PREFIX=POLICY      Content-Security-Policy for files under a prefix; may be repeated
  --tls                    listen for TLS too, with a self-signed certificate
  --proxy                  listen as a proxy that leads here and nowhere else; implies --tls
  --lifetime-seconds N     stop after this time (default 43200)
  --stop-with-stdin        stop when standard input ends
  --verbose                write a line for each request to standard error";

const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// A parsed command line.
#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) options: Options,
    pub(crate) lifetime: Duration,
    pub(crate) stop_with_stdin: bool,
}

impl Args {
    /// # Errors
    ///
    /// A sentence naming the argument that is wrong.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut args = Self { options: Options::default(), lifetime: LIFETIME, stop_with_stdin: false };
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--port" => args.options.port = number(&name, &value()?)?,
                "--serve" => {
                    let value = value()?;
                    let (prefix, folder) = pair(&name, &value)?;
                    args.options.serve.push(Mount::new(prefix, folder));
                }
                "--csp" => {
                    let value = value()?;
                    let (prefix, policy) = pair(&name, &value)?;
                    let policy = Policy::new(prefix, policy).ok_or_else(|| format!("{name}: not a header: {policy:?}"))?;
                    args.options.csp.push(policy);
                }
                "--tls" => args.options.tls = true,
                "--proxy" => args.options.proxy = true,
                "--lifetime-seconds" => args.lifetime = Duration::from_secs(number(&name, &value()?)?),
                "--stop-with-stdin" => args.stop_with_stdin = true,
                "--verbose" => args.options.verbose = true,
                _ => return Err(format!("unknown argument {name}")),
            }
        }
        Ok(args)
    }
}

fn number<N: std::str::FromStr>(name: &str, value: &str) -> Result<N, String> {
    value.parse().map_err(|_| format!("{name}: not a number in range: {value:?}"))
}

/// `PREFIX=REST`, split at the first `=` because policies hold more of them.
fn pair<'a>(name: &str, value: &'a str) -> Result<(&'a str, &'a str), String> {
    value
        .split_once('=')
        .filter(|(prefix, rest)| prefix.starts_with('/') && !rest.is_empty())
        .ok_or_else(|| format!("{name}: not /PREFIX=VALUE: {value:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &[&str]) -> Result<Args, String> {
        Args::parse(line.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn defaults() {
        let args = parse(&[]).unwrap();
        assert_eq!((args.lifetime, args.stop_with_stdin, args.options.port), (LIFETIME, false, 0));
        assert!(!args.options.tls && !args.options.proxy && !args.options.verbose);
    }

    #[test]
    fn everything_at_once() {
        let args = parse(&[
            "--port",
            "8080",
            "--serve",
            "/=www",
            "--serve",
            "/pkg=a=b",
            "--csp",
            "/demo=default-src 'self'; x=y",
            "--tls",
            "--proxy",
            "--lifetime-seconds",
            "5",
            "--stop-with-stdin",
            "--verbose",
        ])
        .unwrap();
        assert_eq!((args.options.port, args.lifetime), (8080, Duration::from_secs(5)));
        assert_eq!(args.options.serve, [Mount::new("/", "www"), Mount::new("/pkg", "a=b")]);
        assert_eq!(Some(&args.options.csp[0]), Policy::new("/demo", "default-src 'self'; x=y").as_ref());
        assert!(args.options.tls && args.options.proxy && args.stop_with_stdin && args.options.verbose);
    }

    #[test]
    fn mistakes_are_named() {
        for line in [
            &["--port"][..],
            &["--port", "70000"],
            &["--serve", "demo"],
            &["--serve", "demo=www"],
            &["--serve", "/demo="],
            &["--csp", "/=a\nb"],
            &["--quiet"],
        ] {
            let mistake = parse(line).unwrap_err();
            assert!(mistake.contains(line[0]), "{mistake}");
        }
    }
}
