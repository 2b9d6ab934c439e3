//! The catalogues are read when the crate is compiled, by a macro that cargo cannot see through: this names them.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=locales");
}
