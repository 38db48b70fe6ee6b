/// A region of an image, with the name of the class that it shows.
public struct Annotation: Sendable {
    /// One of the source's ``ImageSource/classes``.
    public var className: String
    /// A named part of the object, such as "wing"; `nil` for the whole object.
    public var part: String?
    public var region: Region

    public init(className: String, part: String? = nil, region: Region) {
        self.className = className
        self.part = part
        self.region = region
    }
}
