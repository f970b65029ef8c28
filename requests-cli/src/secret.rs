//! Where the bearer token comes from: the environment, a file, or a prompt.

use std::fs;
use std::io::{self, IsTerminal};

use consentry::requests::{Code, Error, Token};

use crate::args::Bearer;
use crate::outcome::Failure;

/// The variable of the environment.
const VARIABLE: &str = "CONSENTRY_OAUTH_TOKEN";

/// The token. A file that is named counts before the environment.
pub fn token(bearer: &Bearer) -> Result<Token, Failure> {
    let (from, text) = match (&bearer.token_file, std::env::var(VARIABLE)) {
        (Some(file), _) => {
            let text = fs::read_to_string(file).map_err(|error| Failure::file(&file.to_string_lossy(), &error))?;
            (file.to_string_lossy().into_owned(), text)
        }
        (None, Ok(text)) => (String::from(VARIABLE), text),
        (None, Err(_)) if io::stderr().is_terminal() => {
            let text = rpassword::prompt_password("OAuth bearer token: ").map_err(|error| Failure::file("prompt", &error))?;
            (String::from("the prompt"), text)
        }
        (None, Err(_)) => return Err(wrong(&format!("no token: set {VARIABLE} or give --token-file"))),
    };
    Token::new(&text).ok_or_else(|| wrong(&format!("what {from} has is no token")))
}

fn wrong(about: &str) -> Failure {
    Failure::Core(Error::about(Code::InvalidArgument, about))
}
