//! `cargo xtask docs`: the documentation as docs.rs builds it.

use std::fs;

use crate::paths::Paths;
use crate::run::{self, Context, Failure, Result};

/// Says where an item has no example. Of nightly rustdoc, which docs.rs uses.
const EXAMPLES: &str = "-Zcrate-attr=feature(rustdoc_missing_doc_code_examples) -Drustdoc::missing-doc-code-examples";

/// Builds it for each target that the manifest names, with the features it names.
pub fn build(paths: &Paths) -> Result<()> {
    let manifest = fs::read_to_string(paths.root.join("Cargo.toml")).context("read Cargo.toml")?;
    let DocsRs { features, targets, arguments } = DocsRs::of(&manifest)
        .ok_or_else(|| Failure::new("Cargo.toml has no [package.metadata.docs.rs] with features, targets and rustdoc-args"))?;
    for target in targets {
        // What is only for a browser is hidden or an implementation of a trait.
        let examples = if target.starts_with("wasm32") { "" } else { EXAMPLES };
        run::shown(
            &format!("the documentation as docs.rs has it, {target}"),
            run::cargo()
                .current_dir(&paths.root)
                .args(["doc", "--package=consentry", "--no-deps"])
                .args([format!("--features={}", features.join(",")), format!("--target={target}")])
                // With its own directory: what stable Rust compiles as if it were nightly, it would compile anew.
                .env("CARGO_TARGET_DIR", paths.work().join("docs"))
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTDOCFLAGS", format!("{} -Dwarnings {examples}", arguments.join(" "))),
        )?;
    }
    Ok(())
}

/// What the manifest tells docs.rs.
#[derive(Debug, PartialEq)]
struct DocsRs<'a> {
    features: Vec<&'a str>,
    targets: Vec<&'a str>,
    arguments: Vec<&'a str>,
}

impl DocsRs<'_> {
    /// The lists of the table, each on a line; `None` where one is missing, or where the first target is not
    /// the default one.
    fn of(manifest: &str) -> Option<DocsRs<'_>> {
        let (_, table) = manifest.split_once("[package.metadata.docs.rs]\n")?;
        let table = table.split("\n[").next()?;
        let line = |name: &str| table.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
        let list = |name: &str| Some(line(name)?.split('"').skip(1).step_by(2).collect::<Vec<_>>());
        let (features, targets, arguments) = (list("features")?, list("targets")?, list("rustdoc-args")?);
        (line("default-target")?.trim_matches('"') == *targets.first()?).then_some(DocsRs { features, targets, arguments })
    }
}

#[cfg(test)]
mod tests {
    use super::DocsRs;

    #[test]
    fn the_manifest_says_what_docs_rs_builds() {
        let table = "[package.metadata.docs.rs]\nfeatures = [\"a\", \"b\"]\ndefault-target = \"wasm32\"\n\
                     targets = [\"wasm32\", \"x86_64\"]\nrustdoc-args = [\"--cfg\", \"docsrs\"]\n\n[lib]\n";
        let expected = DocsRs { features: vec!["a", "b"], targets: vec!["wasm32", "x86_64"], arguments: vec!["--cfg", "docsrs"] };
        assert_eq!(DocsRs::of(table), Some(expected));
        assert_eq!(DocsRs::of(&table.replace("\"wasm32\", ", "")), None, "the default is the first");
        assert_eq!(DocsRs::of("[lib]\n"), None);
    }
}
