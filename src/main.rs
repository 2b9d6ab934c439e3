//! The `fehlermelder` program: reads its arguments and hands over to the command line.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    fehlermelder::cli::main()
}
