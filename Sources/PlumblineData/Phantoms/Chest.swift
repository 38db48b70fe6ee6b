import PlumblineTensors

/// The chest of one patient, as a function of the point on the film.
struct Chest {
    private let anatomy: ChestAnatomy
    private let texture: SmoothNoise
    private let cloud: SmoothNoise
    private let vessels: Vessels
    private let enlargement: Float
    private let shown: Set<PhantomFinding>
    private let shapes: [(finding: PhantomFinding, shape: FindingShape)]

    init(
        showing shown: Set<PhantomFinding>, at site: PhantomSite, seed: UInt64, film: Int
    ) {
        let base = RandomGenerator(seed: seed)
        var body = base.stream("anatomy")
        var anatomy = ChestAnatomy(&body)
        texture = SmoothNoise(cells: 14, &body)
        cloud = SmoothNoise(cells: 5, &body)
        vessels = Vessels(anatomy, &body)
        var enlargement: Float =
            shown.contains(.cardiomegaly) ? body.uniform(1.40, 1.62) : body.uniform(0.92, 1.06)
        enlargement *= site.heart
        if film > 0 { anatomy.move(base.stream("position \(film)")) }
        anatomy.change(for: shown, base)
        var pathology = base.stream("findings")
        var shapes: [(finding: PhantomFinding, shape: FindingShape)] = []
        for finding in PhantomFinding.allCases where shown.contains(finding) {
            if finding.hasOwnStream {
                var own = base.stream("finding \(finding.rawValue)")
                shapes.append((finding, FindingShape.draw(finding, anatomy, &own)))
            } else {
                shapes.append((finding, FindingShape.draw(finding, anatomy, &pathology)))
            }
        }
        self.anatomy = anatomy
        self.enlargement = enlargement
        self.shown = shown
        self.shapes = shapes
    }

    /// What is at a point of the film: brightness, the findings that cover it, the part's name.
    func at(_ u: Float, _ v: Float) -> (
        brightness: Float, findings: [PhantomFinding], part: String
    ) {
        let (x, y) = anatomy.patient(u, v)
        var tissue = ChestTissue.tissue(
            anatomy, x, y, enlargement: enlargement, texture, cloud, vessels)
        var covering: [PhantomFinding] = []
        for (finding, shape) in shapes {
            let (brightness, inside) = shape.at(x, y)
            tissue.brightness += brightness * tissue.trunk
            if inside > 0.5 { covering.append(finding) }
        }
        if shown.contains(.cardiomegaly), tissue.part == "Heart" { covering.append(.cardiomegaly) }
        if shown.contains(.enlargedCardiomediastinum),
            tissue.part == "Heart" || tissue.part == "Mediastinum"
        {
            covering.append(.enlargedCardiomediastinum)
        }
        return (tissue.brightness, covering, tissue.part)
    }
}
