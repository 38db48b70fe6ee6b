extension NotebookKind {
    static let mapsCells: [Notebook.Cell] = [
        .text(
            """
            A results file has maps where `evaluate.save_explanations` is true. `ids` chooses \
            images; with none, the first two that have maps are taken. `image_folder` is searched \
            for files whose names begin with the image's id, or hold its parts as folders.
            """),
        .code(
            #"""
            from pathlib import Path

            kept = {}
            for path in results:
                with h5py.File(path) as file:
                    for run in file.get("explanations", {}):
                        for image in file["explanations"][run]:
                            kept.setdefault(image, []).append((path, run))
            order = list(zip(runs["file"], runs["run"]))
            for places in kept.values():
                places.sort(key=order.index)
            chosen = ids or sorted(kept)[:2]
            print(f"{len(kept)} images have maps" if kept else
                  "no maps are kept: run with `--set evaluate.save_explanations=true`")


            def picture(image):
                """The pixels of an image, or None where its file is not found."""
                if not image_folder:
                    return None
                parts = image.split("_")
                for file in sorted(Path(image_folder).rglob("*")):
                    name = "_".join(file.with_suffix("").parts)
                    if file.suffix.lower() in (".png", ".jpg", ".jpeg") and (
                            name.endswith(image) or all(p in name for p in parts)):
                        return plt.imread(file)
                return None
            """#),
        .code(
            #"""
            for image in chosen:
                places = kept.get(image, [])
                if not places:
                    print(f"{image}: no map")
                    continue
                figure, axes = plt.subplots(
                    1, len(places), figsize=(3 * len(places), 3.4), squeeze=False, dpi=60,
                    constrained_layout=True)
                pixels = picture(image)
                for axis, (path, run) in zip(axes[0], places):
                    with h5py.File(path) as file:
                        heat = np.maximum(file["explanations"][run][image][()], 0)
                    heat = heat.mean(-1) if heat.ndim == 3 else heat
                    height, width = heat.shape
                    if pixels is not None:
                        axis.imshow(pixels, cmap="gray", extent=(0, width, height, 0))
                    axis.imshow(heat, cmap="inferno", extent=(0, width, height, 0),
                                alpha=1 if pixels is None else 0.55)
                    line = runs[(runs["file"] == path) & (runs["run"] == run)].iloc[0]
                    score = rows[(rows["file"] == path) & (rows["run"] == run)
                                 & (rows["image"] == image) & (rows["metric"] == metric)]
                    value = score["value"].iloc[0] if len(score) else np.nan
                    text = f"{value:.3f}" if np.isfinite(value) else "missing"
                    axis.set_title(f"{line['scenario']}, {line['explanation']}\n{metric} {text}",
                                   fontsize=8)
                    axis.set_axis_off()
                figure.suptitle(image, fontsize=9)
                plt.show()
            """#),
    ]
}
