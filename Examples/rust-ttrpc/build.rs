//! Makes the messages from proto/, which `LANEWAY_PROTO` names.

fn main() {
    let proto = std::env::var("LANEWAY_PROTO").expect("LANEWAY_PROTO names the folder proto/");
    let out = std::env::var("OUT_DIR").unwrap();
    let files = ["laneway", "call_info"].map(|name| format!("{proto}/laneway/v1/{name}.proto"));
    for file in &files {
        println!("cargo:rerun-if-changed={file}");
    }
    std::fs::write(
        format!("{out}/mod.rs"),
        "pub mod call_info;\npub mod laneway;\n",
    )
    .unwrap();
    protobuf_codegen_pure::Codegen::new()
        .out_dir(&out)
        .inputs(&files)
        .include(&proto)
        .run()
        .expect("proto/laneway/v1 is refused");
}
