import Foundation
import ViewerPage

/// The files of the page itself: HTML, scripts and styles, which are part of the program.
public enum ViewerPageFiles {
    /// Name and content of each file.
    ///
    /// All but `index.html` belong into the folder `page`.
    public static var all: [(name: String, content: Data)] {
        (0..<viewer_page_count()).map { number in
            let file = viewer_page_at(number)
            return (String(cString: file.name), Data(bytes: file.start, count: file.size))
        }
    }
}
