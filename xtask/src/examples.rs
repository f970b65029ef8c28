//! The examples: web applications in Rust with the crate inside. `trunk serve` makes the same of
//! their folders, and is not needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::package;
use crate::paths::{self, Paths};
use crate::run::{self, Context, Failure, Result};
use crate::tools;

/// The folders in `examples/`.
const ALL: [&str; 3] = ["dioxus", "leptos", "yew"];

/// Where `index.html` says what trunk is to build.
const RUST: &str = r#"<link data-trunk rel="rust""#;

/// The example of this name.
pub fn named(name: &str) -> Option<&'static str> {
    ALL.into_iter().find(|example| *example == name)
}

/// Builds these examples, or all when none is named, each to a folder that any server can serve.
pub fn build(paths: &Paths, names: &[&'static str]) -> Result<()> {
    let names = if names.is_empty() { &ALL } else { names };
    let packages: Vec<String> = names.iter().map(|name| format!("--package={name}-example")).collect();
    run::shown("compiling the examples", on_wasm(paths, "build").args(packages).arg("--bins"))?;
    bind_all(paths, names)
}

fn bind_all(paths: &Paths, names: &[&str]) -> Result<()> {
    for name in names {
        let wasm = compiled(paths, "debug").join(format!("{name}-example.wasm"));
        let out = paths.examples().join(name);
        bind(paths, &wasm, &out, name, &[])?;
        page(paths, name, &out)?;
        println!("{name}: {}", out.join("index.html").display());
    }
    Ok(())
}

/// What linters say of the examples, what a server makes of the one that can be rendered there, and all of
/// them built.
pub fn check(paths: &Paths) -> Result<()> {
    run::shown("cargo fmt, examples", in_folder(paths).args(["fmt", "--all", "--check"]))?;
    run::shown(
        "compiling and linting the examples",
        // As `cargo clippy` has it done, but the frameworks are compiled once and not checked once more.
        on_wasm(paths, "build")
            .args(["--workspace", "--bins", "--examples"])
            .env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver")
            .env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__"),
    )?;
    bind_all(paths, &ALL)?;
    shop(paths)?;
    run::shown(
        "cargo test, an example rendered where there is no page",
        in_folder(paths).args(["test", "--locked", "--package=leptos-example", "--no-default-features", "--features=ssr"]),
    )
}

/// The page in the documentation, as it says that one is built without trunk.
fn shop(paths: &Paths) -> Result<()> {
    let out = paths.examples().join("shop");
    bind(paths, &compiled(paths, "debug").join("examples").join("shop.wasm"), &out, "shop", &[])?;
    let guide = fs::read_to_string(paths.root.join("docs").join("rust.md")).context("read docs/rust.md")?;
    let html = guide.split_once("```html\n").and_then(|(_, rest)| rest.split("```").next());
    let html = html.ok_or_else(|| Failure::new("docs/rust.md has no page in HTML"))?;
    let loads = format!("{}</head>", loads("shop"));
    fs::write(out.join("index.html"), html.replacen("</head>", &loads, 1)).context("write the page of the documentation")
}

/// Prints what the crate adds to an application: one page with it and one without, each as a site
/// would serve it.
pub fn size(paths: &Paths) -> Result<()> {
    let work = paths.work().join("examples-size");
    paths::emptied(&work)?;
    let release = compiled(paths, "release");
    let with = release.join("leptos-example.wasm");
    let without = release.join("examples").join("without.wasm");
    for (what, wasm, flag) in [("with", &with, "--bin=leptos-example"), ("without", &without, "--example=without")] {
        let mut cargo = on_wasm(paths, "build");
        run::captured(&format!("compiling a page {what} the crate"), cargo.args(["--release", "--package=leptos-example", flag]))?;
        let out = work.join(what);
        bind(paths, wasm, &out, what, &["--remove-name-section", "--remove-producers-section"])?;
        let optimised = out.join("optimised.wasm");
        run::captured(
            "optimising it",
            package::wasm_opt(paths).arg("-Oz").arg(out.join(format!("{what}_bg.wasm"))).arg("-o").arg(&optimised),
        )?;
        let files = [optimised, out.join(format!("{what}.js"))];
        let sizes = run::silent("measuring it", package::script(paths, "sizes.mjs").args(files))?;
        for (part, bytes) in ["wasm", "glue"].iter().zip(sizes.lines()) {
            println!("{what}, {part}: {bytes} bytes raw, gzip -9, brotli -11");
        }
    }
    Ok(())
}

fn in_folder(paths: &Paths) -> Command {
    let mut command = run::cargo();
    command.current_dir(paths.root.join("examples")).env("CARGO_TARGET_DIR", target(paths));
    command
}

fn on_wasm(paths: &Paths, what: &str) -> Command {
    let mut command = in_folder(paths);
    command.args([what, "--locked", &format!("--target={}", tools::WASM)]);
    command
}

/// Of their own, because cargo would build the crate anew for each workspace in turn.
fn target(paths: &Paths) -> PathBuf {
    paths.target.join("examples")
}

fn compiled(paths: &Paths, profile: &str) -> PathBuf {
    target(paths).join(tools::WASM).join(profile)
}

/// The glue, as trunk has it made.
fn bind(paths: &Paths, wasm: &Path, out: &Path, name: &str, flags: &[&str]) -> Result<()> {
    paths::emptied(out)?;
    let program = tools::program(&tools::wasm_bindgen(paths)?, "wasm-bindgen");
    run::captured(
        &format!("making the glue of {name}"),
        Command::new(program).args(["--target=web", "--no-typescript", "--out-name", name, "--out-dir"]).arg(out).args(flags).arg(wasm),
    )
    .map(drop)
}

/// The example's page, with what loads the wasm in place of the line for trunk.
fn page(paths: &Paths, name: &str, out: &Path) -> Result<()> {
    let file = paths.root.join("examples").join(name).join("index.html");
    let html = fs::read_to_string(&file).context(format_args!("read {}", file.display()))?;
    let line = html.lines().find(|line| line.trim_start().starts_with(RUST));
    let line = line.ok_or_else(|| Failure::new(format!("{} has no line with {RUST}", file.display())))?;
    fs::write(out.join("index.html"), html.replacen(line.trim_start(), &loads(name), 1)).context(format_args!("write the page of {name}"))
}

fn loads(name: &str) -> String {
    format!(r#"<script type="module">import start from "./{name}.js"; start();</script>"#)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_in_the_documentation_is_one_that_compiles() {
        let shop = include_str!("../../examples/leptos/examples/shop.rs");
        let (_, page) = shop.split_once("\n\n").unwrap_or_default();
        let guide = include_str!("../../docs/rust.md");
        assert!(guide.contains(&format!("```rust\n{page}```")), "docs/rust.md and examples/leptos/examples/shop.rs differ");
    }
}
