//! Builds the npm package: the crate to wasm, its glue, the optimiser, the bundler, and everything
//! into `pkg/`.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::paths::{self, Paths};
use crate::run::{self, Context, Failure, Result};
use crate::{names, setup, size, tables, tools};

/// The JavaScript files that npm users import, without their ending; each becomes `.js` and `.cjs`.
const ENTRIES: [&str; 8] = ["index", "slim", "residency", "mixpanel", "hash", "banner", "cmp", "minimize"];

/// The one for servers, which has a wasm file of its own.
const NODE_ENTRY: &str = "requests";

/// What the wasm may use, and nothing besides: wasm-opt refuses a file with more, so that a newer
/// compiler does not leave browsers behind.
const WASM_FEATURES: [&str; 7] = [
    "--mvp-features",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// wasm-opt's own passes. Nothing of ours lies in the first kilobyte, the stack begins a megabyte
/// up and grows down: so an address may be folded into a load (0.1 kB). `--ignore-implicit-traps`
/// would take 40 bytes more, and makes a load that was done on a condition one that is always done:
/// the wasm read beyond its memory and stopped.
const WASM_OPTIMISATION: [&str; 4] = ["-Oz", "--low-memory-unused", "--strip-target-features", "--minify-imports-and-exports-and-modules"];

/// Builds `pkg/` and checks its size.
pub fn build(paths: &Paths) -> Result<()> {
    same_version(paths)?;
    // First, because the browsers' wasm is built to the same place.
    let node_glue = paths.work().join("glue-node");
    bind(paths, &compile(paths, "node")?, &node_glue, &["--remove-name-section", "--remove-producers-section"])?;
    let hash_glue = paths.work().join("glue-hash");
    bind(paths, &compile(paths, "hash-npm")?, &hash_glue, &["--remove-name-section", "--remove-producers-section"])?;
    let crate_wasm = compile(paths, "npm")?;
    let glue = paths.work().join("glue");
    bind(paths, &crate_wasm, &glue, &["--remove-name-section", "--remove-producers-section"])?;
    let stage = paths.work().join("stage");
    let generated = stage.join("generated");
    paths::emptied(&stage)?;
    copy_tree(&paths.template(), &stage)?;
    copy_tree(&glue, &generated)?;
    let optimised = generated.join("consentry.wasm");
    let names = run::captured(
        "optimising the wasm",
        wasm_opt(paths).args(WASM_OPTIMISATION).arg(glue.join("consentry_bg.wasm")).arg("-o").arg(&optimised),
    )?;
    no_local_paths(paths, &optimised)?;
    names::write(&generated, &names)?;
    tables::write(&stage)?;
    for_hash(paths, &hash_glue, &stage.join("generated-hash"))?;
    let pkg = paths.pkg();
    paths::emptied(&pkg)?;
    let hashes = run::captured("bundling the entries", script(paths, "bundle.mjs").args([&stage, &pkg]).args(ENTRIES))?;
    // For those who put the files into a `<script>` tag from another host.
    print!("{hashes}");
    for_node(paths, &node_glue, &stage)?;
    copy_files(paths, &stage)?;
    size::report(paths)
}

/// The wasm that makes hashes of ids: it is in its own entry alone.
fn for_hash(paths: &Paths, glue: &Path, generated: &Path) -> Result<()> {
    copy_tree(glue, generated)?;
    let optimised = generated.join("hash.wasm");
    let options = ["-Oz", "--low-memory-unused", "--strip-target-features"];
    run::captured(
        "optimising the wasm of hashes",
        wasm_opt(paths).args(options).arg(glue.join("consentry_bg.wasm")).arg("-o").arg(&optimised),
    )?;
    no_local_paths(paths, &optimised)
}

/// The entry for servers: nothing of it is in any other file.
fn for_node(paths: &Paths, glue: &Path, stage: &Path) -> Result<()> {
    copy_tree(glue, &stage.join("generated-node"))?;
    let optimised = paths.pkg().join("requests.wasm");
    run::captured(
        "optimising the wasm for servers",
        wasm_opt(paths).args(["-Oz", "--strip-target-features"]).arg(glue.join("consentry_bg.wasm")).arg("-o").arg(&optimised),
    )?;
    no_local_paths(paths, &optimised)?;
    let script = &mut script(paths, "bundle-node.mjs");
    run::captured("bundling the entry for servers", script.args([stage, &paths.pkg()]).arg(NODE_ENTRY)).map(drop)?;
    let refusal = "requests.browser.js";
    fs::copy(stage.join(refusal), paths.pkg().join(refusal)).context(format_args!("copy {refusal}")).map(drop)
}

/// The ten largest functions of the wasm, as lines to print.
pub fn largest_functions(paths: &Paths) -> Result<String> {
    let named = paths.work().join("named");
    bind(paths, &crate_wasm(paths), &named, &[])?;
    let metrics = run::captured(
        "measuring the functions",
        wasm_opt(paths)
            .args(["-Oz", "-g", "--func-metrics"])
            .arg(named.join("consentry_bg.wasm"))
            .arg("-o")
            .arg(named.join("optimised.wasm")),
    )?;
    Ok(size::largest(&metrics, 10))
}

/// Packs `pkg/` as npm would publish it and returns the tarball.
pub fn pack(paths: &Paths) -> Result<PathBuf> {
    let directory = paths.work().join("packed");
    paths::emptied(&directory)?;
    run::captured(
        "packing the package",
        tools::npm().current_dir(paths.pkg()).args(["pack", "--loglevel=error", "--pack-destination"]).arg(&directory),
    )?;
    entries(&directory)?
        .into_iter()
        .find(|file| file.extension() == Some(OsStr::new("tgz")))
        .ok_or_else(|| Failure::new(format!("`npm pack` left no tarball in {}", directory.display())))
}

/// Makes ready what building needs, builds, packs, and returns the tarball.
pub fn built(paths: &Paths) -> Result<PathBuf> {
    setup::for_build(paths)?;
    build(paths)?;
    pack(paths)
}

fn same_version(paths: &Paths) -> Result<()> {
    let file = paths.template().join("package.json");
    let text = fs::read_to_string(&file).context(format_args!("read {}", file.display()))?;
    let package: Value = serde_json::from_str(&text).context(format_args!("read {}", file.display()))?;
    let version = package.get("version").and_then(Value::as_str).unwrap_or("nothing");
    if version == paths.version {
        return Ok(());
    }
    Err(Failure::new(format!("pkg-template/package.json says version {version}, Cargo.toml says {}: make them equal", paths.version)))
}

fn compile(paths: &Paths, feature: &str) -> Result<PathBuf> {
    run::captured(
        "compiling the crate to wasm",
        run::cargo()
            .current_dir(&paths.root)
            .args(["rustc", "--package=consentry", "--lib", "--release", "--crate-type=cdylib"])
            .arg(format!("--features={feature}"))
            .args(remapped(paths, feature))
            .arg(format!("--target={}", tools::WASM))
            // The linker puts a hash into the file, by which JavaScript and wasm of two builds
            // refuse each other, see slim.js.
            .args(["--", "-Clink-arg=--build-id"]),
    )?;
    Ok(crate_wasm(paths))
}

fn crate_wasm(paths: &Paths) -> PathBuf {
    paths.target.join(tools::WASM).join("release").join("consentry.wasm")
}

fn bind(paths: &Paths, wasm: &Path, out: &Path, options: &[&str]) -> Result<()> {
    paths::emptied(out)?;
    let program = tools::program(&tools::wasm_bindgen(paths)?, "wasm-bindgen");
    run::captured(
        "making the glue",
        Command::new(program).args(["--target=bundler", "--no-typescript"]).args(options).arg("--out-dir").arg(out).arg(wasm),
    )
    .map(drop)
}

/// wasm-opt, told what the wasm may use.
pub fn wasm_opt(paths: &Paths) -> Command {
    let mut command = Command::new("node");
    command.arg(paths.build_tools().join("node_modules").join("binaryen").join("bin").join("wasm-opt"));
    command.args(WASM_FEATURES);
    command
}

/// One of the scripts in `xtask/npm`, to be run by node.
pub fn script(paths: &Paths, name: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(paths.build_tools().join(name));
    command
}

/// Panics in the dependencies of the entry for servers say where they are: without this machine's
/// part. The browsers' wasm has none.
fn remapped(paths: &Paths, feature: &str) -> Vec<String> {
    // The smaller code of sha2: 5 kB instead of 13.
    let compact = ["'--cfg=sha2_backend=\"soft\"'", "'--cfg=sha2_backend_soft=\"compact\"'"].map(String::from);
    let more = match feature {
        "node" => Vec::new(),
        "hash-npm" => Vec::from(compact),
        _ => return Vec::new(),
    };
    let private = private(paths);
    let flags: Vec<String> = private.iter().map(|path| format!("'--remap-path-prefix={}=.'", path.display())).chain(more).collect();
    vec!["--config".into(), format!("target.{}.rustflags=[{}]", tools::WASM, flags.join(","))]
}

/// Folders whose names are this machine's own.
fn private(paths: &Paths) -> Vec<PathBuf> {
    let named = |name: &&str| env::var_os(name).map(PathBuf::from);
    // The last that fits is taken: the longer ones come later.
    ["HOME", "CARGO_HOME"].iter().filter_map(named).chain([paths.root.clone()]).collect()
}

/// A panic that survives the optimiser carries the path of its source file: bytes for nothing, and
/// a machine's name in a public file.
fn no_local_paths(paths: &Paths, wasm: &Path) -> Result<()> {
    let bytes = fs::read(wasm).context(format_args!("read {}", wasm.display()))?;
    for path in private(paths).iter().map(|path| path.to_string_lossy()).filter(|path| path.len() > 1) {
        let inside = format!("{path}/");
        if bytes.windows(inside.len()).any(|window| window == inside.as_bytes()) {
            return Err(Failure::new(format!(
                "the wasm contains the path {inside} of this machine: find the panic that carries it with \
                 `strings {} | grep {inside}`, and remove it",
                wasm.display()
            )));
        }
    }
    Ok(())
}

fn copy_files(paths: &Paths, stage: &Path) -> Result<()> {
    let pkg = paths.pkg();
    let into_pkg = |file: &Path| -> Result<()> {
        let name = file.file_name().unwrap_or_default();
        fs::copy(file, pkg.join(name)).context(format_args!("copy {}", file.display())).map(drop)
    };
    into_pkg(&stage.join("generated").join("consentry.wasm"))?;
    for file in entries(stage)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name == "package.json"
            || name == "README.md"
            || name.ends_with(".schema.json")
            || name.ends_with(".d.ts")
            || name.ends_with(".d.cts")
        {
            into_pkg(&file)?;
        }
    }
    for file in entries(&paths.root)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("LICENSE-") || name == "CHANGELOG.md" {
            into_pkg(&file)?;
        }
    }
    Ok(())
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).context(format_args!("create {}", to.display()))?;
    for path in entries(from)? {
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_tree(&path, &target)?;
        } else {
            fs::copy(&path, &target).context(format_args!("copy {}", path.display()))?;
        }
    }
    Ok(())
}

/// What a directory holds, by name.
pub fn entries(directory: &Path) -> Result<Vec<PathBuf>> {
    let what = || format!("read the directory {}", directory.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).context(what())? {
        found.push(entry.context(what())?.path());
    }
    found.sort();
    Ok(found)
}
