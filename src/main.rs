//! The `fehlermelder` program: reads its arguments and hands over to the command line.

fn main() -> std::process::ExitCode {
    fehlermelder::cli::main()
}
